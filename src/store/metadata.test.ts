import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { openTestStore, type TestStore } from '../../test/harness/store.ts'
import type { AccountId, MailboxId } from '../mail/ids.ts'
import { isWithin, metadataLimits, type MetadataOf, serverEntries } from './metadata.ts'

const ann = 1 as AccountId
const ben = 2 as AccountId
const inbox = 1 as MailboxId

test('depth counts the levels below a name (RFC 5464 4.2.2)', () => {
  for (const [name, above, depth, within] of [
    ['/private/a', '/private/a', 0, true],
    ['/private/a/b', '/private/a', 0, false],
    ['/private/a/b', '/private/a', 1, true],
    ['/private/a/b/c', '/private/a', 1, false],
    ['/private/a/b/c', '/private/a', Infinity, true],
    ['/private/ab', '/private/a', Infinity, false],
    ['/private', '/private/a', Infinity, false],
  ] as const) {
    assert.equal(isWithin(name, above, depth), within, `${name} ${above} ${depth}`)
  }
})

withEachEngine((_, open) => {
  test('annotations go where their mailbox goes (RFC 5464 4.1)', async (context) => {
    const { store } = await openTestStore(context, open)
    await store.mailboxes(ann)
    const work = (await store.createMailbox(ann, 'Work')).done?.mailboxId
    assert.ok(work)
    await set(store, { accountId: ann, mailboxId: work, userId: ann }, { '/private/comment': 'mine', '/shared/comment': 'ours' })
    await store.renameMailbox(ann, 'Work', 'Arbeit')
    assert.deepEqual(await all(store, { accountId: ann, mailboxId: work, userId: ann }), { '/private/comment': 'mine', '/shared/comment': 'ours' })
    await store.deleteMailbox(ann, 'Arbeit')
    assert.deepEqual(await store.metadataNames(ann, ann), [])
    await set(store, { accountId: ann, mailboxId: inbox, userId: ann }, { '/private/comment': 'mine', '/shared/comment': 'ours' })
    const old = (await store.renameMailbox(ann, 'INBOX', 'Old')).done?.mailboxId
    assert.ok(old)
    for (const mailboxId of [inbox, old]) {
      assert.deepEqual(
        await all(store, { accountId: ann, mailboxId, userId: ann }),
        { '/private/comment': 'mine', '/shared/comment': 'ours' },
        'copied, and kept',
      )
    }
    await set(store, { accountId: ann, mailboxId: serverEntries, userId: ann }, { '/private/vendor/x/y': '1' })
    await store.removeAccount(ann)
    assert.deepEqual(await store.metadataNames(ann, ann), [])
  })

  test('private ones of a shared mailbox are seen by nobody else, and go with the last right to it', async (context) => {
    const { store } = await openTestStore(context, open)
    for (const account of [ann, ben]) await store.mailboxes(account)
    const [annSees, benSees] = [ann, ben].map((userId) => ({ accountId: ann, mailboxId: inbox, userId })) as [MetadataOf, MetadataOf]
    assert.deepEqual(await set(store, benSees, { '/private/comment': 'ben' }), { refused: 'no-such-mailbox' })
    await store.setGrant(ann, inbox, { granteeId: ben, rights: 'lr' })
    await set(store, benSees, { '/private/comment': 'ben' })
    await set(store, annSees, { '/private/comment': 'ann', '/shared/comment': 'ours' })
    assert.deepEqual(await all(store, annSees), { '/private/comment': 'ann', '/shared/comment': 'ours' })
    assert.deepEqual(await all(store, benSees), { '/private/comment': 'ben', '/shared/comment': 'ours' })
    const old = (await store.renameMailbox(ann, 'INBOX', 'Old')).done?.mailboxId
    assert.ok(old)
    assert.deepEqual(await all(store, { ...benSees, mailboxId: old }), { '/shared/comment': 'ours' }, 'a copy that is not shared has nothing of others')
    await store.setGrant(ann, inbox, { granteeId: ben, rights: 'lrw' })
    assert.deepEqual(await all(store, benSees), { '/private/comment': 'ben', '/shared/comment': 'ours' }, 'other rights change nothing')
    await store.setGrant(ann, inbox, { granteeId: ben, rights: '' })
    assert.deepEqual(await all(store, benSees), { '/shared/comment': 'ours' })
    await store.setGrant(ann, inbox, { granteeId: ben, rights: 'lr' })
    await set(store, benSees, { '/private/comment': 'again' })
    await store.removeAccount(ben)
    assert.deepEqual(await all(store, benSees), { '/shared/comment': 'ours' })
    assert.deepEqual(await store.setMetadata({ accountId: ann, mailboxId: serverEntries, userId: ben }, { entries: [] }), { refused: 'no-such-mailbox' })
  })

  test('what would be too much changes nothing; what goes is never too much', async (context) => {
    const { store } = await openTestStore(context, open)
    await store.mailboxes(ann)
    const of = { accountId: ann, mailboxId: inbox, userId: ann }
    const many = Object.fromEntries(Array.from({ length: metadataLimits.entries }, (_unused, i) => [`/private/vendor/x/${i}`, 'x']))
    assert.ok((await set(store, of, many)).done)
    assert.deepEqual(await set(store, of, { '/private/vendor/x/0': 'other', '/private/more': 'x' }), { refused: 'too-many' })
    assert.equal((await all(store, of))['/private/vendor/x/0'], 'x')
    assert.ok((await set(store, of, { '/private/vendor/x/0': null, '/private/more': 'x', '/shared/comment': 'shared ones count for themselves' })).done)
    const large = 'x'.repeat(metadataLimits.valueOctets)
    const some = Object.fromEntries(Array.from({ length: 31 }, (_unused, i) => [`/shared/vendor/x/${i}`, large]))
    assert.ok((await set(store, of, some)).done)
    assert.deepEqual(await set(store, of, { '/private/more': 'y', '/shared/vendor/x/31': large }), { refused: 'over-quota' })
    assert.equal((await all(store, of))['/private/more'], 'x')
    assert.ok((await set(store, of, { '/shared/vendor/x/0': null, '/shared/vendor/x/31': large })).done)
  })

  test('one mailbox at most has a special use (RFC 6154 4)', async (context) => {
    const { store } = await openTestStore(context, open)
    await store.mailboxes(ann)
    const [a, b] = [(await store.createMailbox(ann, 'a', '\\Drafts')).done?.mailboxId, (await store.createMailbox(ann, 'b')).done?.mailboxId]
    assert.ok(a !== undefined && b !== undefined)
    const uses = async () => (await store.mailboxes(ann)).map(({ specialUse }) => specialUse)
    await store.setMetadata({ accountId: ann, mailboxId: b, userId: ann }, { entries: [], specialUse: '\\Drafts' })
    assert.deepEqual(await uses(), [null, null, '\\Drafts'])
    await store.setMetadata({ accountId: ann, mailboxId: b, userId: ann }, { entries: [], specialUse: null })
    assert.deepEqual(await uses(), [null, null, null])
    const inInbox = await store.setMetadata({ accountId: ann, mailboxId: inbox, userId: ann }, { entries: [], specialUse: '\\Sent' })
    assert.deepEqual(inInbox, { refused: 'cannot-change-inbox' })
  })
})

type Store = TestStore['store']

function set(store: Store, of: MetadataOf, values: Readonly<Record<string, string | null>>): ReturnType<Store['setMetadata']> {
  return store.setMetadata(of, { entries: Object.entries(values).map(([name, value]) => ({ name, value: value === null ? null : Buffer.from(value) })) })
}

async function all(store: Store, of: MetadataOf): Promise<Record<string, string>> {
  const entries = await store.metadata(of, ['/private', '/shared'], Infinity)
  return Object.fromEntries(entries.map(({ name, value }) => [name, Buffer.from(value).toString()]))
}
