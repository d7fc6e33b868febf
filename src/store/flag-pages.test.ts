import assert from 'node:assert/strict'
import test from 'node:test'
import { silent } from '../base/log.ts'
import { withEachEngine } from '../../test/harness/database.ts'
import { openTestStore, type TestStore } from '../../test/harness/store.ts'
import type { AccountId, MailboxId, ModSeq, Uid } from '../mail/ids.ts'
import { systemFlags } from './mailbox.ts'
import { rebuild } from './rebuild.ts'
import { allUids, isWithin, type UidRanges } from './uid-ranges.ts'
import { verify } from './verify.ts'

const ann = 1 as AccountId
const inbox = 1 as MailboxId

/** Past the end of a page. */
const messages = 1030

/** A mailbox as it should be: UID to flags and modSeq. */
type Model = Map<number, { readonly system: number; readonly keywords: string; readonly modSeq: number }>

async function append({ store }: TestStore, model: Model, count: number): Promise<void> {
  const octets = Buffer.from('Subject: 1\r\n\r\n')
  const flags = { system: 16, keywords: '' }
  const incoming = Array.from({ length: count }, () => ({ sizeOctets: octets.length, flags, internalDateMs: 1 }))
  const { done } = await store.append(ann, inbox, { octets: incoming.map(() => octets), messages: incoming })
  assert.ok(done)
  const modSeq = (await store.mailbox(ann, 'INBOX'))?.highestModSeq ?? 0
  for (const [at, uid] of done.uids.entries()) model.set(uid, { ...flags, modSeq: modSeq - count + 1 + at })
}

async function add({ store }: TestStore, model: Model, uids: UidRanges, system: number, keywords: string): Promise<void> {
  const { done } = await store.setFlags(ann, inbox, uids, 'add', { system, keywords })
  assert.ok(done)
  for (const [uid, old] of model) {
    if (!isWithin(uid, uids)) continue
    const words = new Set(`${old.keywords} ${keywords}`.split(' ').filter((word) => word !== ''))
    const now = { system: old.system | system, keywords: [...words].sort().join(' ') }
    if (now.system !== old.system || now.keywords !== old.keywords) model.set(uid, { ...now, modSeq: done.modSeq })
  }
}

/** All that tells flags tells these. */
async function assertIs({ store, content, database }: TestStore, model: Model): Promise<void> {
  const expected = [...model].map(([uid, flags]) => ({ uid: uid as Uid, ...flags }))
  const view = await store.view(ann, inbox)
  assert.ok(view)
  const viewed = Array.from(view.uids, (uid, at) => {
    return { uid, system: view.system[at], keywords: view.keywordSets[view.keywords[at] ?? 0], modSeq: view.modSeqs[at] }
  })
  assert.deepEqual(viewed, expected)
  assert.equal(view.mailbox.unseen, expected.filter(({ system }) => (system & systemFlags['\\Seen']) === 0).length)
  const read: unknown[] = []
  for await (const page of store.messages(ann, inbox, allUids, {})) {
    for (const { uid, system, keywords, modSeq } of page) read.push({ uid, system, keywords, modSeq })
  }
  assert.deepEqual(read, expected)
  const since = Math.max(1, ...expected.slice(0, -3).map(({ modSeq }) => modSeq)) - 1
  const changes = await store.changes(ann, inbox, since as ModSeq)
  assert.deepEqual(
    changes?.changed,
    expected.filter(({ modSeq }) => modSeq > since),
  )
  const deleted = expected.filter(({ system }) => (system & systemFlags['\\Deleted']) !== 0).length
  assert.deepEqual(await store.deletedIn(ann, inbox), { messages: deleted, bytes: deleted * 14 })
  assert.deepEqual((await verify({ content, database })).faults, [])
}

withEachEngine((_, open) => {
  test('flags are the same wherever they are told, whether they have changed since their messages came or not', async (context) => {
    const server = await openTestStore(context, open)
    const { store, clock, content, database } = server
    const model: Model = new Map()
    await store.mailboxes(ann)
    await append(server, model, messages)
    await assertIs(server, model)
    await add(server, model, [[1023, 1026]], 1, 'a')
    await assertIs(server, model)
    await append(server, model, 2)
    await assertIs(server, model)
    await add(server, model, [[messages + 1, 0xffff_ffff]], systemFlags['\\Deleted'], '')
    await add(server, model, [[1, 1023], [1025, 1025]], 4, 'a b') // biome-ignore format: as they are told
    await assertIs(server, model)
    await store.expunge(ann, inbox, allUids, { deletedOnly: true })
    for (const uid of [messages + 1, messages + 2]) model.delete(uid)
    await store.move(ann, inbox, [[2, 3]], inbox)
    const moved = (await store.view(ann, inbox))?.mailbox.highestModSeq ?? 0
    for (const uid of [2, 3]) {
      const flags = model.get(uid)
      assert.ok(flags)
      model.delete(uid)
      model.set(messages + 1 + uid, { ...flags, modSeq: moved })
    }
    await assertIs(server, model)
    await add(server, model, allUids, 2, 'c')
    await assertIs(server, model)
    await rebuild({ content, database, clock: { now: () => clock.nowMs }, log: silent })
    await assertIs(server, model)
  })

  test('where all of a page has gone, nothing of it stays', async (context) => {
    const server = await openTestStore(context, open)
    const { store } = server
    const model: Model = new Map()
    await store.mailboxes(ann)
    await append(server, model, 3)
    await add(server, model, allUids, 1, '')
    await store.expunge(ann, inbox, allUids, { deletedOnly: false })
    await append(server, new Map(), 1)
    assert.deepEqual([...((await store.view(ann, inbox))?.uids ?? [])], [4])
    await store.expunge(ann, inbox, allUids, { deletedOnly: false })
    await assertIs(server, new Map())
  })
})
