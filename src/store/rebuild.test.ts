import assert from 'node:assert/strict'
import test from 'node:test'
import { silent } from '../base/log.ts'
import { withEachEngine } from '../../test/harness/database.ts'
import { runSql } from '../../test/harness/run-sql.ts'
import { openTestStore, type TestStore } from '../../test/harness/store.ts'
import type { Row } from '../database/database.ts'
import type { AccountId, MailboxId, ModSeq, Uid } from '../mail/ids.ts'
import { baselineQuery } from './baseline.ts'
import { compact } from './compact.ts'
import { serverEntries } from './metadata.ts'
import { sharedWithQuery } from './sharing.ts'
import { rebuild } from './rebuild.ts'
import type { Incoming, Transfer } from './store.ts'
import { verify } from './verify.ts'

const ann = 1 as AccountId
const ben = 2 as AccountId
const cat = 3 as AccountId
const inbox = 1 as MailboxId
const all = [[1, 0xffff_ffff]] as const
const mail = (subject: string, lines = 1) =>
  `From: bob@b.example\r\nDate: Fri, 20 Nov 2026 10:12:13 +0100\r\nMessage-ID: <${subject}@x>\r\nReferences: <0@x> <1@x>\r\nSubject: Re: ${subject}\r\n\r\n${'Hello, all of you.\r\n'.repeat(lines)}`

/** What one APPEND brings. */
function drafts(...subjects: readonly string[]): Incoming {
  const octets = subjects.map((subject) => Buffer.from(mail(subject)))
  return {
    octets,
    messages: octets.map(({ length }) => ({ sizeOctets: length, flags: { system: 16, keywords: '' }, internalDateMs: 1_600_000_000_000 })),
  }
}

/** A bit of everything that a mailbox goes through. */
async function history({ store, deliver, clock }: TestStore): Promise<void> {
  for (let n = 0; n < 12; n++) await deliver(mail(`${n}`, 100), ann, ...(n % 3 === 0 ? [ben] : []))
  await deliver(mail('for cat'), cat)
  const work = (await store.createMailbox(ann, 'Work/2026')).done
  assert.ok(work)
  await store.setFlags(ann, inbox, [[2, 5]], 'add', { system: 1, keywords: 'Work' })
  const { modified } = (await store.setFlags(ann, inbox, [[1, 6]], 'add', { system: 4, keywords: '' }, { unchangedSince: 13 as ModSeq })).done ?? {
    modified: [],
  }
  assert.deepEqual(modified, [[2, 5]], 'what changed since is left alone, here and in a rebuild')
  await store.copy(ann, inbox, [[1, 2]], work.mailboxId)
  await store.move(ann, inbox, [[3, 4]], work.mailboxId)
  await store.expunge(ann, inbox, [[6, 8]], { deletedOnly: false })
  clock.nowMs += 5000
  await store.renameMailbox(ann, 'Work', 'Arbeit')
  await store.append(ben, inbox, drafts('appended'))
  await store.append(ben, inbox, drafts('two', 'and three', 'and four'))
  await store.expunge(ben, inbox, [[6, 7]], { deletedOnly: false })
  await store.append(ben, inbox, { ...drafts('replacement', 'and more'), replaces: { mailboxId: inbox, uid: 2 as Uid } })
  await store.subscribe(ben, 'nothing', true)
  await store.setGrant(ann, work.mailboxId, { granteeId: ben, rights: 'rl' })
  await store.setGrant(ben, inbox, { granteeId: cat, rights: 'lr' })
  const [fromAnn, fromBen] = [ann, ben].map((accountId) => ({ accountId, mailboxId: inbox })) as [Place, Place]
  await store.transfer({ move: false, from: fromAnn, uids: [[1, 2]], to: fromBen, only: { system: 1, keywords: false } })
  await store.transfer({ move: true, from: fromBen, uids: [[1, 1]], to: { accountId: ann, mailboxId: work.mailboxId }, only: undefined })
  await store.transfer({ move: true, from: fromAnn, uids: [[9, 10]], to: fromBen, only: undefined })
  const [note, gone] = ['/private/comment', '/shared/comment'].map((name) => ({ name, value: Buffer.from('\0 once') }))
  assert.ok(note !== undefined && gone !== undefined)
  for (const userId of [ann, ben])
    await store.setMetadata({ accountId: ann, mailboxId: work.mailboxId, userId }, { entries: [note, gone], specialUse: undefined })
  await store.setMetadata({ accountId: ann, mailboxId: work.mailboxId, userId: ann }, { entries: [{ ...gone, value: null }], specialUse: '\\Archive' })
  await store.setMetadata({ accountId: ben, mailboxId: inbox, userId: cat }, { entries: [note] })
  await store.setMetadata({ accountId: ben, mailboxId: serverEntries, userId: ben }, { entries: [note] })
  await store.removeAccount(cat)
  await deliver(mail('last'), ann)
}

type Place = Transfer['from']

/** All rows of an account but where octets lie, which compaction may change, and what a baseline notes of itself. */
async function rows({ database, store }: TestStore, accountId: AccountId): Promise<unknown> {
  const baseline = await database.query(baselineQuery, { accountId })
  if (baseline === undefined) return undefined
  const same = { as_of_segment: 0, as_of_offset: 0, recent_from: 1, segment: 0, record_offset: 0, prefix_start: 0, octets_start: 0 }
  const comparable = (row: Row) => JSON.stringify(Object.entries({ ...row, ...same }).sort(([a], [b]) => (a < b ? -1 : 1)))
  const shared = await database.query(sharedWithQuery, { accountId })
  const mailboxIds = baseline.tables.mailbox.map((row) => row['mailbox_id'] as MailboxId).sort((a, b) => a - b)
  return [
    ...Object.entries(baseline.tables).map(([table, found]) => [table, found.map(comparable).sort()]),
    shared.map(({ ownerId, rights }) => [ownerId, rights]),
    ...(await Promise.all(mailboxIds.map((mailboxId) => orderOf(store, accountId, mailboxId)))),
  ]
}

/** What is read from messages and not in a baseline. */
const orderOf = (store: TestStore['store'], accountId: AccountId, mailboxId: MailboxId) =>
  Promise.all([store.dates(accountId, mailboxId, 1, 99), store.threads(accountId, mailboxId, 1, 99), store.texts(accountId, mailboxId, 1, 99, 'subject')])

const rebuildIt = (server: TestStore) => rebuild({ content: server.content, database: server.database, clock: { now: () => server.clock.nowMs }, log: silent })

const compactIt = (server: TestStore, pause = () => Promise.resolve()) =>
  compact({
    content: server.content,
    database: server.database,
    log: silent,
    append: (record, octets) => server.store.record(record, octets),
    alone: (work) => server.store.alone(work),
    pause,
  })

withEachEngine((_, open) => {
  test('a rebuild gives every row again', async (context) => {
    const server = await openTestStore(context, open)
    await history(server)
    const before = [await rows(server, ann), await rows(server, ben)]
    assert.ok((await rebuildIt(server)).records > 20)
    assert.deepEqual([await rows(server, ann), await rows(server, ben)], before)
    assert.equal(await rows(server, cat), undefined)
    assert.deepEqual((await verify(server)).faults, [])
  })

  test('compaction wins space back; octets, rows and a rebuild stay the same', async (context) => {
    const server = await openTestStore(context, open, { segmentBytes: 4096 })
    await history(server)
    const before = [await rows(server, ann), await rows(server, ben)]
    const sizeBefore = await size(server)
    const result = await compactIt(server)
    assert.ok(result.droppedSegments > 0)
    assert.ok((await size(server)) < sizeBefore + result.movedBytes * 2)
    assert.deepEqual([await rows(server, ann), await rows(server, ben)], before)
    assert.deepEqual((await verify(server)).faults, [])
    const { baselines } = await rebuildIt(server)
    assert.equal(baselines, 2)
    assert.deepEqual([await rows(server, ann), await rows(server, ben)], before)
    assert.equal(await rows(server, cat), undefined)
    await everyMessageReads(server)
  })

  test('what happens during compaction is not lost, nor done twice by a rebuild', async (context) => {
    const server = await openTestStore(context, open, { segmentBytes: 4096 })
    await history(server)
    await compactIt(server, async () => {
      await server.deliver(mail('meanwhile'), ann)
      await server.store.setFlags(ann, inbox, all, 'add', { system: 2, keywords: '' })
      await server.store.removeAccount(ben)
    })
    await server.deliver(mail('later'), ann)
    const before = await rows(server, ann)
    await rebuildIt(server)
    assert.deepEqual(await rows(server, ann), before)
    assert.equal(await rows(server, ben), undefined)
    await compactIt(server)
    await rebuildIt(server)
    assert.deepEqual(await rows(server, ann), before)
    await everyMessageReads(server)
  })

  test('verify finds what does not agree', async (context) => {
    const server = await openTestStore(context, open)
    await history(server)
    assert.deepEqual((await verify(server)).faults, [])
    await server.database.change(runSql, breakIndex)
    const kinds = new Set((await verify(server)).faults.map((fault) => fault.kind))
    assert.deepEqual(kinds, new Set(['missing-email', 'wrong-count', 'missing-record', 'lost-email']))
  })
})

const breakIndex = [
  'DELETE FROM email WHERE account_id = 1 AND email_id = 2',
  'UPDATE email SET record_offset = record_offset + 1 WHERE account_id = 1 AND email_id = 3',
  'UPDATE email SET refs = refs + 1 WHERE account_id = 1 AND email_id = 4',
  "UPDATE mailbox SET messages = messages + 1 WHERE account_id = 1 AND name = 'INBOX'",
]

async function size(server: TestStore): Promise<number> {
  return (await server.content.segments()).reduce((sum, segment) => sum + segment.sizeBytes, 0)
}

async function everyMessageReads({ store }: TestStore): Promise<void> {
  for (const accountId of [ann, ben]) {
    for (const mailbox of await store.mailboxes(accountId)) {
      for await (const page of store.messages(accountId, mailbox.mailboxId, all, {})) {
        for (const message of page) assert.match(Buffer.from(await store.read(message.body, 0, message.sizeBytes)).toString(), whole)
      }
    }
  }
}

const whole =
  /^(Return-Path: <bob@b.example>\r\n)?From: bob@b.example\r\nDate: [^\r]*\r\nMessage-ID: [^\r]*\r\nReferences: [^\r]*\r\nSubject: [^\r]*\r\n\r\n(Hello, all of you.\r\n)+$/
