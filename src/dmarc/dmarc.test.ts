import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { runSql } from '../../test/harness/run-sql.ts'
import { silent } from '../base/log.ts'
import { parseAddress } from '../mail/address.ts'
import type { DmarcFinding, DmarcRecord, SenderAuthentication } from '../msgauth/authentication.ts'
import type { AggregateReport } from './aggregate-report.ts'
import { gatherLimits, keptReportDays, reportLimits } from './limits.ts'
import { observe } from './observation.ts'
import { keepReport, receivedReports } from './received.ts'
import { dmarcMigrations } from './schema.ts'
import { reportOfDay, seenDomains } from './seen.ts'
import { DmarcTally } from './tally.ts'

const modules = [import.meta.resolve('./catalogue.ts'), import.meta.resolve('../../test/harness/run-sql.ts')]
const day = 20_779
const dayMs = 86_400_000
const reporter = { hostName: 'mx.example.org', email: 'postmaster@mx.example.org' }

const record: DmarcRecord = {
  policy: 'reject',
  subdomainPolicy: undefined,
  absentPolicy: undefined,
  dkimAlignment: 'relaxed',
  spfAlignment: 'relaxed',
  testing: false,
  publicSuffix: 'u',
  reportTo: ['mailto:d@a.example'],
}

function found(dmarc: Partial<DmarcFinding> = {}): Pick<SenderAuthentication, 'spf' | 'dkim' | 'dmarc'> {
  return {
    spf: { result: 'fail', identity: 'mailfrom', domain: 'list.example' },
    dkim: [
      { result: 'pass', domain: 'a.example', selector: 's', algorithm: 'rsa-sha256', keyBits: 2048, signatureStart: 'AAAA' },
      { result: 'neutral', domain: '', selector: '', algorithm: '', keyBits: undefined, signatureStart: '' },
    ],
    dmarc: { result: 'pass', domain: 'sub.a.example', policy: 'reject', recordDomain: 'a.example', record, alignedSpf: false, alignedDkim: true, ...dmarc },
  }
}

const facts = { clientIp: '192.0.2.1', reversePath: parseAddress('x@list.example') ?? null, disposition: 'none' } as const

test('what a report says of a message', () => {
  assert.deepEqual(observe(found(), facts), {
    policy: {
      domain: 'a.example',
      dkimAlignment: 'relaxed',
      spfAlignment: 'relaxed',
      policy: 'reject',
      subdomainPolicy: 'reject',
      absentPolicy: undefined,
      testing: false,
    },
    reportTo: ['mailto:d@a.example'],
    row: {
      sourceIp: '192.0.2.1',
      disposition: 'pass',
      dkim: true,
      spf: false,
      headerFrom: 'sub.a.example',
      envelopeFrom: 'list.example',
      dkimResults: [{ domain: 'a.example', selector: 's', result: 'pass' }],
      spfResult: { domain: 'list.example', scope: 'mfrom', result: 'fail' },
    },
  })
  const rejected = observe(found({ result: 'fail', alignedDkim: false }), { ...facts, reversePath: null, disposition: 'reject' })
  assert.deepEqual([rejected?.row.disposition, rejected?.row.envelopeFrom], ['reject', undefined])
  assert.equal(observe(found({ record: undefined, recordDomain: undefined, result: 'none' }), facts), undefined)
  assert.equal(observe(found({ result: 'temperror' }), facts), undefined)
})

withEachEngine((_engine, open) => {
  async function openTally(context: TestContext) {
    const database = await open(context, { migrations: dmarcMigrations, modules })
    const clock = { ms: day * dayMs + 1000, now: () => clock.ms }
    const warnings: unknown[] = []
    const log = { ...silent, warn: (_message: string, detail?: object) => void warnings.push(detail) }
    return { database, clock, warnings, tally: new DmarcTally({ database, clock, log }) }
  }

  function noteAll(tally: DmarcTally, count: number, dmarc: Partial<DmarcFinding> = {}, ip: string = facts.clientIp, disposition: 'none' | 'reject' = 'none') {
    for (let n = 0; n < count; n += 1) {
      const observation = observe(found(dmarc), { ...facts, clientIp: ip, disposition })
      if (observation !== undefined) tally.note(observation)
    }
  }

  test('messages alike are one row of the report of their day', async (context) => {
    const { database, clock, tally } = await openTally(context)
    noteAll(tally, 3)
    await tally.flush()
    noteAll(tally, 2)
    noteAll(tally, 1, { result: 'fail', alignedDkim: false }, '2001:db8::1', 'reject')
    clock.ms += dayMs
    noteAll(tally, 1)
    await tally.flush()
    const sent = await database.query(reportOfDay, { day, domain: 'a.example', reporter })
    assert.deepEqual(sent?.to, ['mailto:d@a.example'])
    assert.deepEqual(
      [sent?.report.reportId, sent?.report.beginS, sent?.report.endS],
      [`${day * 86_400}.a.example@mx.example.org`, day * 86_400, day * 86_400 + 86_399],
    )
    assert.deepEqual(
      sent?.report.rows.map(({ sourceIp, count, disposition }) => [sourceIp, count, disposition]),
      [
        ['192.0.2.1', 5, 'pass'],
        ['2001:db8::1', 1, 'reject'],
      ],
    )
    assert.equal(await database.query(reportOfDay, { day, domain: 'b.example', reporter }), undefined)
    assert.deepEqual(await database.query(seenDomains, { sinceDay: day, limit: 10 }), [
      { domain: 'a.example', messages: 7, passed: 6, quarantined: 0, rejected: 1 },
    ])
    assert.deepEqual(await database.query(seenDomains, { sinceDay: day + 2, limit: 10 }), [])
  })

  test('what is too much is not written, and it is said how much it was; old days go', async (context) => {
    const { database, clock, tally, warnings } = await openTally(context)
    // All but three of the rows that there is room for, in one statement.
    await database.change(runSql, [
      `INSERT INTO dmarc_seen (day, domain, row_key, seen, policy, report_to, passed, disposition, messages)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${gatherLimits.rowsPerDomain - 3})
        SELECT ${day}, 'a.example', 'filling ' || i, '{}', '{}', '[]', 1, 'pass', 1 FROM n`,
    ])
    for (let n = 0; n < 10; n += 1) noteAll(tally, 1, {}, `10.0.0.${n}`)
    noteAll(tally, 1, { recordDomain: 'b.example' })
    await tally.flush()
    assert.deepEqual(warnings, [{ count: 7 }])
    const rows = async (domain: string) => (await database.query(reportOfDay, { day, domain, reporter }))?.report.rows.length
    assert.deepEqual([await rows('a.example'), await rows('b.example')], [gatherLimits.rowsPerDomain, 1])
    clock.ms += (gatherLimits.days + 1) * dayMs
    noteAll(tally, 1)
    await tally.flush()
    assert.deepEqual([await rows('a.example'), await rows('b.example')], [undefined, undefined])
  })

  const report: AggregateReport = {
    reporter: 'big.example',
    email: 'reports@big.example',
    reportId: '1',
    beginS: 1000,
    endS: 2000,
    policy: {
      domain: 'a.example',
      dkimAlignment: 'relaxed',
      spfAlignment: 'relaxed',
      policy: 'none',
      subdomainPolicy: 'none',
      absentPolicy: undefined,
      testing: false,
    },
    rows: [
      {
        sourceIp: '192.0.2.1',
        count: 5,
        disposition: 'none',
        dkim: true,
        spf: false,
        headerFrom: 'a.example',
        envelopeFrom: undefined,
        dkimResults: [],
        spfResult: undefined,
      },
    ],
  }

  test('reports of others are kept once, shown by domain, and bounded by day', async (context) => {
    const database = await open(context, { migrations: dmarcMigrations, modules })
    const keep = (changed: Partial<AggregateReport>, receivedDay = day, provenSender?: string) =>
      database.change(keepReport, { report: { ...report, ...changed }, provenSender, receivedDay })
    assert.equal(await keep({}, day, 'big.example'), 'kept')
    assert.equal(await keep({ endS: 9999 }), 'known')
    assert.equal(await keep({ reportId: '2', beginS: 2001, endS: 3000 }), 'kept')
    assert.equal(await keep({ policy: { ...report.policy, domain: 'b.example' } }), 'kept')
    const shown = await database.query(receivedReports, { domain: 'a.example', sinceS: 0, limit: 10 })
    assert.deepEqual(
      shown.map(({ reportId, endS, provenSender }) => [reportId, endS, provenSender]),
      [
        ['2', 3000, undefined],
        ['1', 2000, 'big.example'],
      ],
    )
    assert.deepEqual(shown[1]?.rows, JSON.parse(JSON.stringify(report.rows)))
    assert.equal((await database.query(receivedReports, { domain: 'a.example', sinceS: 2500, limit: 10 })).length, 1)
    for (let n = 2; n < reportLimits.perDomainAndDay; n += 1) assert.equal(await keep({ reportId: `flood ${n}` }), 'kept')
    assert.equal(await keep({ reportId: 'one more' }), 'too many')
    assert.equal(await keep({ reportId: 'one more' }, day + 1), 'kept')
    await keep({ reportId: 'much later' }, day + 1 + keptReportDays)
    assert.equal((await database.query(receivedReports, { domain: 'a.example', sinceS: 0, limit: 1000 })).length, 2)
  })
})
