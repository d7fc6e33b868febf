import assert from 'node:assert/strict'
import test from 'node:test'
import { goodStanding } from '../../../test/harness/standing.ts'
import type { OperationContext } from '../context.ts'
import type { Standing } from '../standing.ts'
import { certificate, contentLog, database, disk, nameServer, server } from './machine.ts'
import type { HealthPart, LookAtPart } from './part.ts'

const nowMs = Date.UTC(2026, 10, 22)
const context = { clock: { now: () => nowMs } } as OperationContext
const gigabyte = 1024 ** 3

async function seen(look: LookAtPart, standing: Partial<Standing> = {}): Promise<HealthPart> {
  return await look(context, { ...goodStanding, ...standing })
}

const certificateUntil = (day: string, other: Partial<NonNullable<Standing['certificate']>> = {}) => ({
  certificate: { notAfterMs: Date.parse(day), selfSigned: false, otherNames: undefined, replaced: false, ...other },
})
const log = (other: Partial<Standing['log']>) => ({ log: { ...goodStanding.log, ...other } })

/** Each problem, with words that its meaning has. */
type Wanted = readonly (readonly ['severe' | 'warn', RegExp])[]
const cases: readonly (readonly [what: string, look: LookAtPart, standing: Partial<Standing>, problems: Wanted])[] = [
  ['all in order', server, {}, []],
  ['no server', server, { running: undefined }, [['severe', /no server runs/]]],
  ['a database that takes long', database, { database: { engine: 'postgresql', tookMs: 1500 } }, [['warn', /PostgreSQL took 1500 ms/]]],
  ['a log that failed', contentLog, log({ trouble: 'failed' }), [['severe', /until the server is started again/]]],
  ['a log without room', contentLog, log({ trouble: 'full' }), [['severe', /no room/]]],
  ['an index that is busy', contentLog, log({ behindBytes: 1_000_000 }), []],
  ['an index that does not follow', contentLog, log({ behindBytes: undefined }), [['severe', /is not seen/]]],
  ['a tenth of a small disk', disk, { disk: { freeBytes: 1.9 * gigabyte, totalBytes: 20 * gigabyte } }, [['warn', /1\.9 GB of 20 GB/]]],
  ['a tenth of a large disk', disk, { disk: { freeBytes: 900 * gigabyte, totalBytes: 10_000 * gigabyte } }, []],
  ['a full disk', disk, { disk: { freeBytes: 1e6, totalBytes: 20 * gigabyte } }, [['severe', /no mail is taken/]]],
  ['a certificate for a month', certificate, certificateUntil('2026-12-20'), []],
  ['for ten days', certificate, certificateUntil('2026-12-02'), [['warn', /expires on 2026-12-02/]]],
  ['for two days', certificate, certificateUntil('2026-11-24'), [['severe', /expires on 2026-11-24/]]],
  ['expired', certificate, certificateUntil('2026-11-21'), [['severe', /expired on 2026-11-21/]]],
  ['renewed, but not in use', certificate, certificateUntil('2026-12-02', { replaced: true }), [['warn', /another certificate lies/]]],
  ['for another host', certificate, certificateUntil('2027-12-02', { otherNames: 'DNS:b.example' }), [['warn', /for DNS:b\.example/]]],
  ['no name server', nameServer, { nameServer: { tookMs: 3000, why: 'timeout' } }, [['severe', /does not answer \(timeout\)/]]],
]

for (const [what, look, standing, wanted] of cases) {
  test(`health: ${what}`, async () => {
    const { problems, meaning } = await seen(look, standing)
    assert.deepEqual(
      problems.map(({ severe }) => (severe ? 'severe' : 'warn')),
      wanted.map(([severity]) => severity),
    )
    for (const [index, [, words]] of wanted.entries()) assert.match(problems[index]?.meaning.en ?? '', words)
    assert.notEqual(meaning.en, meaning.de)
  })
}

test('health: sizes and spans in both languages', async () => {
  assert.deepEqual((await seen(disk)).meaning, { en: '60 GB of 100 GB are free', de: '60 GB von 100 GB sind frei' })
  assert.deepEqual((await seen(contentLog, log({ bytes: 1.5 * gigabyte, segments: 1, behindBytes: 1536 }))).meaning, {
    en: '1.5 GB in 1 file; the index is 1.5 kB behind',
    de: '1,5 GB in 1 Datei; der Index ist 1,5 kB zurück',
  })
  const { meaning } = await seen(server, { running: { sinceMs: nowMs - 3 * 86_400_000, processes: 2 } })
  assert.deepEqual(meaning, {
    en: 'Posthorn 0.1.0, Node 24.0.0; up for 3 days in 2 processes',
    de: 'Posthorn 0.1.0, Node 24.0.0; läuft seit 3 Tagen in 2 Prozessen',
  })
  assert.equal((await seen(certificate, certificateUntil('2030-01-01', { selfSigned: true }))).off, true)
})
