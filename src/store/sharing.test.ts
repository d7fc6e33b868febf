import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { openTestStore, type TestStore } from '../../test/harness/store.ts'
import { silent } from '../base/log.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import type { AccountId, MailboxId } from '../mail/ids.ts'
import { compact } from './compact.ts'
import { rebuild } from './rebuild.ts'
import type { Flags } from './mailbox.ts'
import { Turnstile } from './turnstile.ts'
import { verify } from './verify.ts'

const ann = 1 as AccountId
const ben = 2 as AccountId
const cat = 3 as AccountId
const inbox = 1 as MailboxId
const all = [[1, 0xffff_ffff]] as const
const mail = (subject: string) => `From: bob@b.example\r\nSubject: ${subject}\r\n\r\n${'Hello.\r\n'.repeat(100)}`

withEachEngine((_, open) => {
  test('a grant is seen by both sides, and goes with the mailbox and with either account', async (context) => {
    const { store } = await openTestStore(context, open)
    for (const account of [ann, ben, cat]) await store.mailboxes(account)
    const made = await madeIn(store, ann, 'Work')
    const notices: number[] = []
    context.after(store.listen(ann, ({ mailboxId }) => void notices.push(mailboxId)))
    await store.setGrant(ann, made, { granteeId: ben, rights: 'rll' })
    await store.setGrant(ann, inbox, { granteeId: cat, rights: 'lr' })
    assert.deepEqual(notices, [0, 0])
    assert.deepEqual(await store.grants(ann, made), [{ granteeId: ben, rights: 'lr' }])
    assert.deepEqual(await sharedWith(store, ben), ['1 Work lr'])
    assert.equal(await store.sharedRights(ben, ann, made), 'lr')
    assert.equal(await store.sharedRights(cat, ann, made), '')
    await store.setGrant(ann, made, { granteeId: ben, rights: 'lrs' })
    await store.renameMailbox(ann, 'Work', 'Arbeit')
    assert.deepEqual(await sharedWith(store, ben), ['1 Arbeit lrs'])
    const below = await madeIn(store, ann, 'Arbeit/2026/Mai')
    assert.deepEqual(await store.grants(ann, below), [{ granteeId: ben, rights: 'lrs' }], 'as the mailbox above it')
    await store.setGrant(ann, below, { granteeId: ben, rights: '' })
    assert.deepEqual(await sharedWith(store, ben), ['1 Arbeit lrs', '1 Arbeit/2026 lrs'])
    await store.deleteMailbox(ann, 'Arbeit/2026/Mai')
    await store.deleteMailbox(ann, 'Arbeit/2026')
    assert.deepEqual(await sharedWith(store, ben), ['1 Arbeit lrs'])
    assert.deepEqual(await store.setGrant(ann, below, { granteeId: ben, rights: 'l' }), { refused: 'no-such-mailbox' })
    assert.deepEqual(await store.setGrant(ann, made, { granteeId: ann, rights: 'l' }), { refused: 'no-such-mailbox' }, 'its owner needs no grant')
    await store.removeAccount(cat)
    assert.deepEqual(await store.grants(ann, inbox), [])
    await store.removeAccount(ann)
    assert.deepEqual(await sharedWith(store, ben), [])
  })

  test('what moves between accounts counts in both, keeps what it may, and is there once', async (context) => {
    const server = await openTestStore(context, open)
    const { store, deliver } = server
    await store.mailboxes(ben)
    for (let n = 0; n < 3; n++) await deliver(mail(`${n}`), ann)
    const size = (await store.usage(ann)).usedBytes / 3
    await store.setFlags(ann, inbox, [[1, 2]], 'add', { system: 5, keywords: 'Work' })
    await store.copy(ann, inbox, [[1, 1]], inbox)
    const [from, to] = [
      { accountId: ann, mailboxId: inbox },
      { accountId: ben, mailboxId: inbox },
    ]
    const copied = await store.transfer({ move: false, from, uids: [[1, 2]], to, only: { system: 4, keywords: false } })
    assert.deepEqual(
      [copied.done?.from, copied.done?.to],
      [
        [1, 2],
        [1, 2],
      ],
    )
    const moved = await store.transfer({
      move: true,
      from,
      uids: [
        [1, 1],
        [4, 4],
      ],
      to,
      only: undefined,
    })
    assert.deepEqual(
      [moved.done?.from, moved.done?.to],
      [
        [1, 4],
        [3, 4],
      ],
    )
    assert.deepEqual(await flagsIn(server, ben), ['1 4 ', '2 4 ', '3 5 Work', '4 5 Work'])
    assert.deepEqual(await flagsIn(server, ann), ['2 5 Work', '3 0 '])
    assert.deepEqual(await store.usage(ann), { usedBytes: 2 * size, messages: 2 })
    assert.deepEqual(await store.usage(ben), { usedBytes: 4 * size, messages: 4 })
    const counts = (await store.mailboxes(ben))[0]
    assert.deepEqual([counts?.messages, counts?.unseen], [4, 2])
    assert.deepEqual((await verify(server)).faults, [])
    const nowhere = { accountId: ben, mailboxId: 77 as MailboxId }
    assert.deepEqual(await store.transfer({ move: true, from, uids: all, to: nowhere, only: undefined }), { refused: 'no-such-mailbox' })
    assert.deepEqual(await store.transfer({ move: true, from: nowhere, uids: all, to: from, only: undefined }), { refused: 'no-such-mailbox' })
    assert.deepEqual(await flagsIn(server, ann), ['2 5 Work', '3 0 '])
    assert.deepEqual((await verify(server)).faults, [])
  })

  test('the room of the account that a message goes to counts, not that of the one it comes from', async (context) => {
    const { store, deliver } = await openTestStore(context, open, { quotaBytes: 1_700 })
    await store.mailboxes(ben)
    await deliver(mail('one'), ann)
    await deliver(mail('two'), ann)
    const [from, to] = [
      { accountId: ann, mailboxId: inbox },
      { accountId: ben, mailboxId: inbox },
    ]
    assert.ok((await store.transfer({ move: true, from, uids: [[1, 1]], to, only: undefined })).done)
    assert.deepEqual(await store.transfer({ move: true, from, uids: [[2, 2]], to, only: undefined }), { refused: 'over-quota' })
    assert.deepEqual(await store.transfer({ move: false, from, uids: [[2, 2]], to, only: undefined }), { refused: 'over-quota' })
    assert.deepEqual(await store.usage(ann), { usedBytes: (await store.usage(ben)).usedBytes, messages: 1 })
  })

  test('a rebuild has a change of two accounts in both or in neither, whenever compaction runs', async (context) => {
    const server = await openTestStore(context, open, { segmentBytes: 4096 })
    const { store, deliver, content, database, clock } = server
    await store.mailboxes(ben)
    for (let n = 0; n < 24; n++) await deliver(mail(`${n}`), ann)
    await store.expunge(ann, inbox, [[1, 12]], { deletedOnly: false })
    const [from, to] = [
      { accountId: ann, mailboxId: inbox },
      { accountId: ben, mailboxId: inbox },
    ]
    let uid = 13
    const moving: Promise<unknown>[] = []
    const append: Parameters<typeof compact>[0]['append'] = async (record, octets) => {
      // Before each record of compaction, the baselines among them, a message wants to change sides.
      if (uid <= 24) moving.push(store.transfer({ move: true, from, uids: [[uid, uid++]], to, only: undefined }))
      await store.record(record, octets)
    }
    await compact({ content, database, log: silent, append, alone: (work) => store.alone(work), pause: async () => {} })
    await Promise.all(moving)
    assert.ok(moving.length > 3)
    const before = [await flagsIn(server, ann), await flagsIn(server, ben)]
    assert.equal(before.flat().length, 12)
    await rebuild({ content, database, clock: { now: () => clock.nowMs }, log: silent })
    assert.deepEqual([await flagsIn(server, ann), await flagsIn(server, ben)], before)
    assert.deepEqual((await verify(server)).faults, [])
  })
})

test('nobody passes while the turnstile is closed, and it closes when nobody is inside', async () => {
  const turnstile = new Turnstile()
  const order: string[] = []
  const inside = Promise.withResolvers<void>()
  const first = turnstile.pass(async () => {
    order.push('in')
    await inside.promise
    order.push('out')
  })
  const round = Promise.withResolvers<void>()
  const closed = turnstile.close(async () => {
    order.push('closed')
    await round.promise
  })
  const second = turnstile.pass(async () => void order.push('second'))
  assert.deepEqual(order, ['in'])
  inside.resolve()
  await first
  await new Promise(setImmediate)
  assert.deepEqual(order, ['in', 'out', 'closed'])
  round.reject(new Error('the log is full'))
  await assert.rejects(closed, /full/)
  await second
  assert.deepEqual(order, ['in', 'out', 'closed', 'second'])
})

test('who waits too long before the turnstile is told so', async () => {
  const turnstile = new Turnstile(20)
  const round = Promise.withResolvers<void>()
  const closed = turnstile.close(() => round.promise)
  await assert.rejects(
    turnstile.pass(async () => {}),
    DatabaseUnavailable,
  )
  round.resolve()
  await closed
})

async function madeIn(store: TestStore['store'], accountId: AccountId, name: string): Promise<MailboxId> {
  const { done } = await store.createMailbox(accountId, name)
  assert.ok(done)
  return done.mailboxId
}

async function sharedWith(store: TestStore['store'], accountId: AccountId): Promise<string[]> {
  return (await store.sharedWith(accountId)).map(({ ownerId, mailbox, rights }) => `${ownerId} ${mailbox.name} ${rights}`)
}

async function flagsIn({ store }: TestStore, accountId: AccountId): Promise<string[]> {
  const found: (Flags & { uid: number })[] = []
  for await (const page of store.messages(accountId, inbox, all, {})) {
    for (const message of page) {
      assert.match(Buffer.from(await store.read(message.body, 0, message.sizeBytes)).toString(), /^Return-Path: <bob@b.example>\r\nFrom: bob/)
      found.push(message)
    }
  }
  return found.map(({ uid, system, keywords }) => `${uid} ${system} ${keywords}`)
}
