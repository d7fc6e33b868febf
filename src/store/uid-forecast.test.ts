import assert from 'node:assert/strict'
import test from 'node:test'
import { silent } from '../base/log.ts'
import { withEachEngine } from '../../test/harness/database.ts'
import { openTestStore, type TestStore } from '../../test/harness/store.ts'
import type { AccountId, MailboxId, Uid } from '../mail/ids.ts'
import { rebuild } from './rebuild.ts'
import type { LogRecord, MailRecord } from './record.ts'
import { UidForecast } from './uid-forecast.ts'
import { allUids } from './uid-ranges.ts'

const ann = 1 as AccountId
const ben = 2 as AccountId
const inbox = 1 as MailboxId
const work = 2 as MailboxId
const flags = { system: 0, keywords: '' }

const append: LogRecord = { kind: 'append', atMs: 0, accountId: ann, mailboxId: inbox, flags, internalDateMs: 0 }
const two: LogRecord = {
  ...append,
  kind: 'append-all',
  messages: [
    { octetsLength: 1, flags, internalDateMs: 0 },
    { octetsLength: 1, flags, internalDateMs: 0 },
  ],
}
const mail = (...accounts: AccountId[]): MailRecord => ({
  ...{ kind: 'mail', queueId: 'q' as never, atMs: 0, reversePath: '', clientIp: '', helo: undefined, recipients: [], octetsStart: 0 },
  destinations: accounts.map((accountId) => ({ accountId, prefixStart: 0, prefixLength: 0 })),
})
const copyTo = (accountId: AccountId, to: MailboxId): LogRecord => ({ kind: 'copy', accountId: ben, toAccountId: accountId, from: work, to, uids: allUids })

/** UIDs that are foreseen for two messages, when the first one before these records has got UID 7. */
function foreseen(...between: readonly LogRecord[]): readonly number[] | undefined {
  const forecast = new UidForecast()
  const first = forecast.expect(append)
  for (const record of between) forecast.expect(record)
  const expected = forecast.expect(two)
  const early = expected?.added
  assert.equal(early, undefined)
  first?.learn({ uids: [7], uidValidity: 5 })
  return expected?.added?.uids
}

test('UIDs follow one another through whatever brings a known number of messages', () => {
  assert.deepEqual(foreseen(), [8, 9])
  assert.deepEqual(foreseen(append, mail(ann), mail(ben), two), [12, 13])
  assert.deepEqual(foreseen(mail(ann, ben, ann)), [10, 11])
  assert.deepEqual(foreseen({ kind: 'flags', accountId: ann, mailboxId: inbox, uids: allUids, mode: 'add', flags }), [8, 9])
  assert.deepEqual(foreseen({ kind: 'expunge', accountId: ann, mailboxId: inbox, uids: allUids, deletedOnly: true }), [8, 9])
  assert.deepEqual(foreseen({ ...append, mailboxId: work }, { ...append, accountId: ben }, copyTo(ann, work), copyTo(ben, inbox)), [8, 9])
})

test('past what brings an unknown number, or perhaps nothing, the index is asked again', () => {
  assert.equal(foreseen(copyTo(ann, inbox)), undefined)
  assert.equal(foreseen({ ...mail(ann), destinations: [{ accountId: ann, prefixStart: 0, prefixLength: 0, folder: 'spam' }] }), undefined)
  assert.equal(foreseen({ ...two, replaces: { mailboxId: work, uid: 1 as Uid } }), undefined)
  assert.equal(foreseen({ kind: 'rename', atMs: 0, accountId: ann, name: 'INBOX', to: 'Old' }), undefined)
  assert.equal(foreseen({ kind: 'delete', accountId: ann, name: 'Work' }), undefined)
  assert.equal(foreseen({ kind: 'remove-account', accountId: ann }), undefined)
  assert.equal(foreseen({ kind: 'quota-level', accountId: ann, level: 70, quotaBytes: 1 }), undefined)
  const at = { segment: 1, offset: 0 }
  assert.equal(foreseen({ kind: 'aside', from: at, until: at }), undefined)
})

test('where a record did not get into the log, nothing is said of those that were counted with it', () => {
  const forecast = new UidForecast()
  const first = forecast.expect(append)
  first?.learn({ uids: [7], uidValidity: 5 })
  const [failed, behind] = [forecast.expect(append), forecast.expect(append)]
  // The line ends, but not for who is in it.
  forecast.expect(copyTo(ann, inbox))
  forecast.forget()
  assert.deepEqual([failed?.added, behind?.added], [undefined, undefined])
})

/** Says whether the message was told of before the index had it. */
async function appendTo({ store }: TestStore, mailboxId: MailboxId, subject: string): Promise<{ readonly uid: Uid; readonly early: boolean }> {
  const octets = Buffer.from(`Subject: ${subject}\r\n\r\n`)
  const { done } = await store.append(ann, mailboxId, { octets: [octets], messages: [{ sizeOctets: octets.length, flags, internalDateMs: 1 }] })
  const [uid] = done?.uids ?? []
  assert.ok(uid)
  return { uid, early: (store.records.toldBytes?.(ann) ?? 0) > 0 }
}

async function subjects({ store }: TestStore, mailboxId: MailboxId): Promise<Map<number, string>> {
  const { uids, text, starts } = await store.texts(ann, mailboxId, 1, 0xffff_ffff, 'subject')
  return new Map(Array.from(uids, (uid, row) => [uid, text.slice(starts[row], (starts[row + 1] ?? text.length + 1) - 1)]))
}

withEachEngine((_, open) => {
  test('whatever else happens at the same time, a message has the UID that was told', async (context) => {
    const server = await openTestStore(context, open)
    const { store } = server
    await store.mailboxes(ann)
    await store.createMailbox(ann, 'Work')
    const told = new Map<MailboxId, Map<number, string>>([inbox, work].map((mailboxId) => [mailboxId, new Map()]))
    let early = 0
    const appending = async (name: string, mailboxId: MailboxId) => {
      for (let n = 0; n < 25; n++) {
        const appended = await appendTo(server, mailboxId, `${name}${n}`)
        if (appended.early) early++
        told.get(mailboxId)?.set(appended.uid, `${name}${n}`)
      }
    }
    const others = async () => {
      for (let n = 0; n < 5; n++) {
        await server.deliver(`Subject: mail${n}\r\n\r\n`, ann)
        await store.setFlags(ann, inbox, allUids, 'add', { system: 1, keywords: `k${n}` })
        await store.copy(ann, inbox, [[1, 2]], work)
        await store.createMailbox(ann, `New${n}`)
        await store.move(ann, inbox, [[n + 1, n + 1]], work)
        await store.expunge(ann, work, [[2 * n, 2 * n]], { deletedOnly: false })
      }
    }
    await Promise.all([appending('a', inbox), appending('b', inbox), appending('c', work), others()])
    assert.ok(early > 0, 'none was told early')
    const assertTold = async () => {
      for (const [mailboxId, uids] of told) {
        const found = await subjects(server, mailboxId)
        for (const [uid, subject] of uids) if (found.has(uid)) assert.equal(found.get(uid), subject, `UID ${uid} of mailbox ${mailboxId}`)
        assert.ok([...uids.keys()].filter((uid) => found.has(uid)).length >= 15)
      }
    }
    await assertTold()
    await rebuild({ content: server.content, database: server.database, clock: { now: () => server.clock.nowMs }, log: silent })
    await assertTold()
  })

  test('what was told is there for whoever reads', async (context) => {
    const server = await openTestStore(context, open)
    const { store } = server
    await store.mailboxes(ann)
    const reads: Readonly<Record<string, (uid: Uid) => Promise<boolean>>> = {
      view: async (uid) => (await store.view(ann, inbox))?.uids.at(-1) === uid,
      mailbox: async (uid) => (await store.mailbox(ann, 'INBOX'))?.uidNext === uid + 1,
      mailboxes: async (uid) => (await store.mailboxes(ann))[0]?.messages === uid,
      usage: async (uid) => (await store.usage(ann)).messages === uid,
      texts: async (uid) => (await subjects(server, inbox)).has(uid),
    }
    assert.equal((await appendTo(server, inbox, 'first')).early, false)
    const heard: number[] = []
    store.listen(ann, ({ modSeq }) => heard.push(modSeq))
    for (const [name, isThere] of Object.entries(reads)) {
      heard.length = 0
      const { uid, early } = await appendTo(server, inbox, name)
      assert.ok(early, name)
      assert.deepEqual(heard, [Infinity], 'who has the mailbox open is told to look')
      assert.ok(await isThere(uid), name)
    }
  })

  test('who reads is not kept waiting by what comes after', async (context) => {
    const server = await openTestStore(context, open)
    const { store } = server
    await store.mailboxes(ann)
    const over = new AbortController()
    const appending = async () => {
      while (!over.signal.aborted) await appendTo(server, inbox, 'one of many')
    }
    const appenders = Promise.all([appending(), appending(), appending()])
    for (let messages = 0, reads = 0; reads < 20; reads++) {
      const now = (await store.view(ann, inbox))?.uids.length ?? 0
      assert.ok(now >= messages)
      messages = now
    }
    over.abort()
    await appenders
  })

  test('a quota counts what was told; and nothing is told early where another process reads', async (context) => {
    const server = await openTestStore(context, open, { quotaBytes: 200 })
    await server.store.mailboxes(ann)
    const octets = Buffer.from('Subject: 1\r\n\r\n')
    const incoming = { octets: [octets], messages: [{ sizeOctets: octets.length, flags, internalDateMs: 1 }] }
    let fitted = 0
    while ((await server.store.append(ann, inbox, incoming)).done !== undefined) fitted++
    assert.equal(fitted, Math.floor(200 / octets.length))
    const shared = await openTestStore(context, open, { isOnlyReader: false })
    await shared.store.mailboxes(ann)
    for (let n = 0; n < 5; n++) assert.equal((await appendTo(shared, inbox, `${n}`)).early, false)
  })
})
