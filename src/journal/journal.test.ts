import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import type { Database } from '../database/database.ts'
import type { AccountId, QueueId } from '../mail/ids.ts'
import type { JournalEntry } from './entry.ts'
import type { JournalId } from './entry-id.ts'
import { enforceRetention, journalSize } from './retention.ts'
import type { StoredEntry } from './row.ts'
import { journalMigrations } from './schema.ts'
import { type JournalSearch, journalPage, searchJournal } from './search.ts'
import { counts, insert } from './testing/catalogue.ts'
import { aRefusal, anEntry, noonMs } from './testing/entries.ts'

const modules = [import.meta.resolve('./catalogue.ts'), import.meta.resolve('./testing/catalogue.ts')]
const unlimited = { days: 30, maxBytes: Number.MAX_SAFE_INTEGER }

async function find(database: Database, search: JournalSearch): Promise<StoredEntry[]> {
  const found: StoredEntry[] = []
  for await (const entry of searchJournal(database, search, 7)) found.push(entry)
  return found
}

function withoutId({ id: _id, repeats: _repeats, ...entry }: StoredEntry): JournalEntry {
  return entry
}

withEachEngine((_engine, open) => {
  const openJournal = (context: TestContext) => open(context, { migrations: journalMigrations, modules })

  test('what was sent days later is found by its queue id, and by the time at which it was', async (context) => {
    const database = await openJournal(context)
    const { queueId } = anEntry(noonMs)
    const day = 24 * 3_600_000
    const entries = [
      anEntry(noonMs, { queueId }),
      ...[300, 2 * day, 5 * day].map((afterMs) => anEntry(noonMs + afterMs, { queueId, outcome: afterMs < day ? 'sent' : 'delayed' })),
      anEntry(noonMs + 2 * day, { outcome: 'sent' }),
    ]
    await database.change(insert, entries)
    assert.deepEqual(
      (await find(database, { queueId })).map(({ atMs }) => atMs - noonMs),
      [5 * day, 2 * day, 300, 0],
    )
    assert.deepEqual(
      (await find(database, { queueId, sinceMs: noonMs + day })).map(({ atMs }) => atMs - noonMs),
      [5 * day, 2 * day],
    )
    assert.deepEqual(
      (await find(database, { sinceMs: noonMs + 4 * day })).map(({ atMs }) => atMs - noonMs),
      [5 * day],
    )
  })

  test('an entry comes back as it went in', async (context) => {
    const database = await openJournal(context)
    const none = { clientName: undefined, helo: undefined, sender: undefined, recipient: undefined, queueId: undefined, messageId: undefined }
    const entries = [
      anEntry(noonMs),
      aRefusal(noonMs + 1),
      aRefusal(noonMs + 2, { ...none, clientIp: '2001:db8::1', outcome: 'deferred', reply: '421 4.7.0 Too many connections from [2001:db8::1]', checks: [] }),
      anEntry(noonMs + 3, { sender: '', helo: '=', clientName: undefined }),
      anEntry(noonMs + 4, { helo: '==x', clientName: '=x' }),
      anEntry(noonMs + 5, { sender: '100%@ünïcode.example', recipient: '%r@ours.example', reply: '250 2.0.0 %r 100%% <%r@ours.example>' }),
      // The queue id is older than the entry, from another clock, or of another form.
      { ...anEntry(noonMs + 90_000), queueId: anEntry(noonMs + 6).queueId },
      { ...anEntry(noonMs + 7), queueId: anEntry(noonMs - 90_000_000).queueId },
      anEntry(noonMs + 8, { queueId: '3k2j' as QueueId }),
      anEntry(noonMs + 9, { outcome: 'discarded', checks: [{ check: 'size', result: 'fail', reason: 'true size', detail: '12\n"34"', micros: 1 }] }),
    ]
    await database.change(insert, entries)
    const found = await find(database, {})
    assert.equal(found.length, entries.length)
    for (const entry of entries)
      assert.deepEqual(
        found.map(withoutId).find(({ atMs }) => atMs === entry.atMs),
        entry,
      )
  })

  test('NUL and a name that is no address are kept as well as they can be', async (context) => {
    const database = await openJournal(context)
    await database.change(insert, [anEntry(noonMs, { helo: 'a\0b', clientIp: 'no address' })])
    const [entry] = await find(database, {})
    assert.equal(entry?.helo, 'a\uFFFDb')
    assert.equal(entry.clientIp, 'no address')
  })

  test('every way of searching finds what it should and nothing else, newest first', async (context) => {
    const database = await openJournal(context)
    const senders = ['ann@sender.example', 'eve@sender.example', '']
    const recipients = ['bob@ours.example', 'Carl@ours.example', 'dora@theirs.example']
    const entries = Array.from({ length: 120 }, (_, index) =>
      anEntry(noonMs + index * 1000, {
        sender: senders[index % 3],
        recipient: recipients[index % 4],
        outcome: index % 5 === 0 ? 'refused' : 'delivered',
        customerId: index % 2,
        accountId: (index % 7) as AccountId,
        addressId: index % 11,
      }),
    )
    await database.change(insert, entries)
    const fourth = entries[4] ?? anEntry(0)
    const byRecipient = (entry: JournalEntry, recipient: string) => entry.recipient?.toLowerCase() === recipient
    const cases: readonly (readonly [JournalSearch, (entry: JournalEntry) => boolean])[] = [
      [{}, () => true],
      [{ sender: 'ANN@sender.example' }, ({ sender }) => sender === 'ann@sender.example'],
      [{ sender: '' }, ({ sender }) => sender === ''],
      [{ recipient: 'carl@ours.example' }, (entry) => byRecipient(entry, 'carl@ours.example')],
      [
        { recipient: 'bob@ours.example', sender: 'eve@sender.example' },
        (entry) => byRecipient(entry, 'bob@ours.example') && entry.sender === 'eve@sender.example',
      ],
      [{ recipient: 'bob@ours.example', sender: '' }, (entry) => byRecipient(entry, 'bob@ours.example') && entry.sender === ''],
      [{ recipient: 'bob@ours.example', outcome: 'refused' }, (entry) => byRecipient(entry, 'bob@ours.example') && entry.outcome === 'refused'],
      [{ domain: 'theirs.example' }, (entry) => byRecipient(entry, 'dora@theirs.example')],
      [{ domain: 'thei_s.example' }, () => false],
      [{ customerIds: [0] }, ({ customerId }) => customerId === 0],
      [{ customerIds: [0], domain: 'ours.example' }, ({ customerId, recipient }) => customerId === 0 && recipient?.endsWith('@ours.example') === true],
      [{ customerIds: [0, 2, 77] }, ({ customerId }) => customerId === 0 || customerId === 2],
      [{ customerIds: Array.from({ length: 50 }, (_, id) => id + 1) }, ({ customerId }) => customerId !== undefined && customerId > 0],
      [{ customerIds: [] }, () => false],
      [{ accountId: 3 }, ({ accountId }) => accountId === 3],
      [{ accountId: 3, recipient: 'bob@ours.example' }, (entry) => entry.accountId === 3 && byRecipient(entry, 'bob@ours.example')],
      [{ text: 'OB@OURS' }, (entry) => byRecipient(entry, 'bob@ours.example')],
      [{ text: '%' }, () => false],
      [{ text: '192.0.2.', recipient: 'bob@ours.example' }, (entry) => byRecipient(entry, 'bob@ours.example')],
      [{ result: 'refused' }, ({ outcome }) => outcome === 'refused'],
      [{ result: 'waiting' }, ({ outcome }) => outcome === 'deferred'],
      [{ result: 'spam' }, () => false],
      [{ decidedBy: 'other' }, ({ outcome }) => outcome === 'refused'],
      [{ decidedBy: 'greylisting' }, () => false],
      [{ direction: 'out' }, () => false],
      [{ addressId: 10, outcome: 'delivered' }, ({ addressId, outcome }) => addressId === 10 && outcome === 'delivered'],
      [{ outcome: 'discarded' }, () => false],
      [{ queueId: fourth.queueId }, (entry) => entry === fourth],
      [{ queueId: fourth.queueId, recipient: 'else@ours.example' }, () => false],
      [{ messageId: fourth.messageId }, (entry) => entry === fourth],
      [{ sinceMs: noonMs + 10_000, untilMs: noonMs + 20_000 }, ({ atMs }) => atMs >= noonMs + 10_000 && atMs < noonMs + 20_000],
      [{ sinceMs: noonMs + 100_000, recipient: 'bob@ours.example' }, (entry) => entry.atMs >= noonMs + 100_000 && byRecipient(entry, 'bob@ours.example')],
      [{ sinceMs: noonMs + 20_000, untilMs: noonMs + 10_000 }, () => false],
    ]
    for (const [search, expected] of cases) {
      const times = (await find(database, search)).map(({ atMs }) => atMs)
      assert.deepEqual(
        times,
        entries
          .filter(expected)
          .map(({ atMs }) => atMs)
          .reverse(),
        JSON.stringify(search),
      )
    }
    const [newest] = await find(database, {})
    assert.deepEqual(await find(database, { id: newest?.id }), [newest])
  })

  test('a search over many runs pages through all of it, also where runs overlap in time', async (context) => {
    const database = await openJournal(context)
    const wanted: number[] = []
    for (let batch = 0; batch < 12; batch++) {
      const entries = Array.from({ length: 1000 }, (_, index) => {
        const rare = index % 100 === 7
        // Some began long before they were written.
        const atMs = noonMs + (batch * 1000 + index) * 10 - (index % 300 === 7 ? 60_000 : 0)
        if (rare) wanted.push(atMs)
        return anEntry(atMs, { recipient: rare ? 'rare@ours.example' : `other${index}@ours.example` })
      })
      await database.change(insert, entries)
    }
    const { runs, rows, phrases, inRow } = await database.query(counts, undefined)
    assert.deepEqual({ runs, rows, phrases, inRow }, { runs: 3, rows: 12_000, phrases: 1, inRow: 0 })
    wanted.sort((a, b) => b - a)
    assert.deepEqual(
      (await find(database, { recipient: 'rare@ours.example' })).map(({ atMs }) => atMs),
      wanted,
    )
    // One of the last hundred began a minute before.
    assert.equal((await find(database, { customerIds: [1], domain: 'ours.example', sinceMs: noonMs + 119_000 })).length, 99)
    // One question looks at a bounded number of rows and says where to go on.
    const page = await database.query(journalPage, { search: { customerIds: [1], outcome: 'discarded' }, limit: 10 })
    assert.deepEqual(page.entries, [])
    assert.notEqual(page.next, undefined)
    assert.deepEqual(await find(database, { customerIds: [1], outcome: 'discarded' }), [])
  })

  test('many entries of one millisecond keep their order and their queue id', async (context) => {
    const database = await openJournal(context)
    const { queueId } = anEntry(noonMs)
    const entries = Array.from({ length: 300 }, (_, index) => anEntry(noonMs, { queueId, recipient: `r${index}@ours.example` }))
    await database.change(insert, entries)
    await database.change(insert, entries)
    const found = await find(database, { queueId })
    assert.equal(found.length, 600)
    assert.equal(new Set(found.map(({ id }) => id)).size, 600)
    assert.deepEqual(new Set(found.map(({ atMs, queueId: id }) => `${atMs} ${id}`)), new Set([`${noonMs} ${queueId}`]))
  })

  test('entries written at the same time all get in', async (context) => {
    const database = await openJournal(context)
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, index) => database.change(insert, [aRefusal(noonMs, { recipient: `r${index}@ours.example` }), aRefusal(noonMs)])),
    )
    assert.equal(new Set(ids.flat()).size, 40)
    assert.equal((await find(database, {})).length, 40)
  })

  test('phrases that vary do not fill their table', async (context) => {
    const database = await openJournal(context)
    const entries = Array.from({ length: 4100 }, (_, index) => aRefusal(noonMs + index, { reply: `550 5.7.1 number ${index}` }))
    for (let start = 0; start < entries.length; start += 410) await database.change(insert, entries.slice(start, start + 410))
    const { phrases, inRow } = await database.query(counts, undefined)
    assert.deepEqual({ phrases, inRow }, { phrases: 4000, inRow: 100 })
    const [newest] = await find(database, { sinceMs: noonMs + 4099 })
    assert.equal(newest?.reply, '550 5.7.1 number 4099')
  })

  test('what is older than journal.days goes, in steps, and nothing else', async (context) => {
    const database = await openJournal(context)
    const dayMs = 86_400_000
    const entries = Array.from({ length: 1000 }, (_, index) => anEntry(noonMs - index * (dayMs / 100)))
    await database.change(insert, entries)
    assert.equal(await enforceRetention(database, { ...unlimited, days: 4 }, noonMs), 599)
    assert.equal((await find(database, {})).length, 401)
    assert.deepEqual((await database.query(journalSize, undefined)).entries, 401)
    assert.equal(await enforceRetention(database, { ...unlimited, days: 4 }, noonMs), 0)
  })

  test('what is more than journal.max-size goes, oldest first', async (context) => {
    const database = await openJournal(context)
    for (let batch = 0; batch < 9; batch++)
      await database.change(
        insert,
        Array.from({ length: 1000 }, (_, index) => anEntry(noonMs + batch * 1000 + index)),
      )
    const before = await database.query(journalSize, undefined)
    await enforceRetention(database, { ...unlimited, maxBytes: before.bytes / 2 }, noonMs)
    const after = await database.query(journalSize, undefined)
    assert.ok(after.bytes <= before.bytes / 2 && after.bytes > before.bytes / 2 - 400 * 400, `${after.bytes} of ${before.bytes}`)
    const found = await find(database, { customerIds: [1] })
    assert.equal(found.length, after.entries)
    assert.deepEqual(
      found.map(({ atMs }) => atMs),
      Array.from({ length: found.length }, (_, index) => noonMs + 8999 - index),
    )
    await enforceRetention(database, { ...unlimited, maxBytes: 0 }, noonMs)
    assert.deepEqual(await database.query(journalSize, undefined), { entries: 0, bytes: 0 })
    await database.change(insert, [anEntry(noonMs)])
    assert.equal((await find(database, { recipient: 'bob@ours.example' })).length, 1)
  })

  test('a page says what comes next', async (context) => {
    const database = await openJournal(context)
    await database.change(
      insert,
      Array.from({ length: 10 }, (_, index) => anEntry(noonMs + index)),
    )
    const first = await database.query(journalPage, { search: { recipient: 'bob@ours.example' }, limit: 4 })
    const second = await database.query(journalPage, { search: { recipient: 'bob@ours.example' }, limit: 4, before: first.next })
    assert.deepEqual(
      [...first.entries, ...second.entries].map(({ atMs }) => atMs - noonMs),
      [9, 8, 7, 6, 5, 4, 3, 2],
    )
    assert.deepEqual(await database.query(journalPage, { search: {}, limit: 4, before: 1 as JournalId }), { entries: [], next: undefined })
  })
})
