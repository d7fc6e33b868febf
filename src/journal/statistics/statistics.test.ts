import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../../test/harness/database.ts'
import { silent } from '../../base/log.ts'
import type { TimedCheck } from '../../mail/check.ts'
import type { JournalEntry } from '../entry.ts'
import { journalMigrations } from '../schema.ts'
import { aRefusal, anEntry, noonMs } from '../testing/entries.ts'
import { countsOf, hourMs } from './kinds.ts'
import { condenseStatistics, statisticsQuery } from './statistics.ts'
import { StatisticsTally } from './tally.ts'

const dayMs = 24 * hourMs
const spam: TimedCheck = { check: 'content-filter', result: 'fail', reason: 'spam, into the folder', detail: '9.5 / 6: GTUBE=9.5', micros: 1 }

const cases: readonly (readonly [string, JournalEntry, customerId: number, domain: string, kinds: readonly string[]])[] = [
  ['what was delivered', anEntry(noonMs), 1, 'ours.example', ['delivered 1', 'bytes-in 2048']],
  ['spam by its points', anEntry(noonMs, { checks: [spam] }), 1, 'ours.example', ['delivered 1', 'bytes-in 2048', 'spam 6-to-12 1']],
  ['refused, by the check that decided', aRefusal(noonMs, { customerId: 1 }), 1, 'ours.example', ['refused address 1']],
  ['a domain that a stranger names is not counted by its name', aRefusal(noonMs, { recipient: 'x@made-up.example' }), 0, '', ['refused address 1']],
  [
    'nor one that somebody of ours wants to write to',
    aRefusal(noonMs, { customerId: 1, recipient: 'x@theirs.example', checks: [{ check: 'sender', result: 'fail', reason: 'no author', micros: 1 }] }),
    ...([1, '', ['refused sender 1']] as const),
  ],
  [
    'what was sent, by its sender',
    anEntry(noonMs, { outcome: 'sent', sender: 'bob@Ours.example', recipient: 'ann@theirs.example' }),
    ...([1, 'ours.example', ['sent 1', 'bytes-out 2048']] as const),
  ],
]

for (const [name, entry, customerId, domain, kinds] of cases) {
  test(`counted: ${name}`, () => {
    const { counts, ...whose } = countsOf(entry)
    assert.deepEqual(whose, { customerId, domain, hour: noonMs / hourMs })
    assert.deepEqual(
      counts.map((one) => one.join(' ')),
      kinds,
    )
  })
}

withEachEngine((_engine, open) => {
  test('statistics are kept by customer, domain and hour, and outlive the hours as days', async (context) => {
    const database = await open(context, { migrations: journalMigrations, modules: [import.meta.resolve('../catalogue.ts')] })
    const tally = new StatisticsTally({ database, clock: { now: () => noonMs }, log: silent })
    const note = (atMs: number, different: Partial<JournalEntry> = {}) => tally.noted(anEntry(atMs, different))
    for (const atMs of [noonMs, noonMs + 1, noonMs + hourMs, noonMs - 50 * dayMs, noonMs - 50 * dayMs + hourMs]) note(atMs)
    await tally.flush()
    note(noonMs)
    note(noonMs, { customerId: 2, recipient: 'eve@other.example' })
    await tally.flush()

    const read = async (different: Partial<Parameters<typeof statisticsQuery.run>[1]> = {}) => {
      const request = { customerIds: undefined, domain: undefined, fromMs: noonMs - 100 * dayMs, toMs: noonMs + dayMs, step: 'day', ...different } as const
      const rows = await database.query(statisticsQuery, request)
      return rows.filter(({ kind }) => kind === 'delivered').map(({ atMs, number }) => [(atMs - noonMs) / hourMs, number])
    }
    const days = [
      [-50 * 24 - 12, 2],
      [-12, 5],
    ]
    assert.deepEqual(await read(), days)
    assert.deepEqual(await read({ step: 'hour', fromMs: noonMs, customerIds: [1] }), [
      [0, 3],
      [1, 1],
    ])
    assert.deepEqual(await read({ domain: 'other.example' }), [[-12, 1]])
    assert.deepEqual(await read({ domain: 'other.example', customerIds: [1] }), [])
    assert.deepEqual(await read({ customerIds: [] }), [])

    assert.equal(await database.change(condenseStatistics, { nowMs: noonMs }), false)
    assert.deepEqual(await read(), days)
    assert.deepEqual(await read({ step: 'hour', toMs: noonMs - dayMs }), [[-50 * 24 - 12, 2]])
    await database.change(condenseStatistics, { nowMs: noonMs + 5 * 366 * dayMs })
    assert.deepEqual(await read(), [])
  })
})
