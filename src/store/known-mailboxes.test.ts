import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { openTestStore } from '../../test/harness/store.ts'
import type { AccountId, MailboxId, ModSeq, Uid } from '../mail/ids.ts'
import { KnownMailboxes } from './known-mailboxes.ts'
import type { Mailbox } from './mailbox.ts'

const ann = 1 as AccountId
const ben = 2 as AccountId
const start = { segment: 1, offset: 0 }
const all = [[1, 0xffff_ffff]] as const

function mailbox(mailboxId: number, recentFrom = 5): Mailbox {
  const counts = { messages: 4, unseen: 0, sizeBytes: 9, highestModSeq: 7 as ModSeq }
  const uids = { uidValidity: 1, uidNext: 5 as Uid, recentFrom: recentFrom as Uid }
  return { mailboxId: mailboxId as MailboxId, name: 'Work', specialUse: null, subscribed: true, ...uids, ...counts }
}

/** Of account 1, asked for `Work` unless said otherwise; each read finds another mailbox. */
class Asked {
  readonly known = new KnownMailboxes()
  reads = 0

  async ask(name = 'Work', accountId = ann): Promise<number | undefined> {
    return (await this.known.get(accountId, name, () => Promise.resolve(mailbox(++this.reads))))?.mailboxId
  }

  change(...accounts: readonly AccountId[]): void {
    this.known.tell({ to: start, changed: accounts.flatMap((accountId) => [accountId, 3, 8, 100, 1]) })
  }
}

test('a mailbox is read once, until something changes in its account', async () => {
  const asked = new Asked()
  assert.deepEqual([await asked.ask(), await asked.ask()], [1, 1])
  assert.deepEqual([await asked.ask('Other'), await asked.ask('Other'), await asked.ask()], [2, 2, 1])
  assert.equal(await asked.ask('Work', ben), 3)
  asked.change(ben)
  assert.deepEqual([await asked.ask(), await asked.ask('Work', ben)], [1, 4])
  asked.change(ben, ann)
  assert.deepEqual([await asked.ask(), await asked.ask('Other')], [5, 6])
})

test('what a mailbox is called by is known until the list of mailboxes changes', async () => {
  const { known } = new Asked()
  let reads = 0
  const idOf = () => known.idOf(ann, 'Work', async () => mailbox(++reads, 1))
  assert.deepEqual([await idOf(), await idOf()], [1, 1])
  known.tell({ to: start, changed: [ann, 1, 8, 100, 1] })
  known.tell({ to: start, changed: [ben, 0, 8, 100, 1] })
  assert.equal(await idOf(), 1)
  known.tell({ to: start, changed: [ann, 0, 9, 100, 1] })
  assert.equal(await idOf(), 2)
})

test('what was read while something changed is not remembered', async () => {
  const asked = new Asked()
  const { promise, resolve } = Promise.withResolvers<Mailbox>()
  const reading = asked.known.get(ann, 'Work', () => promise)
  asked.change(ann)
  resolve(mailbox(90))
  assert.equal((await reading)?.mailboxId, 90)
  assert.equal(await asked.ask(), 1)
})

test('neither that there is no mailbox nor one with \\Recent messages is remembered', async () => {
  const { known } = new Asked()
  let reads = 0
  const find = (found: Mailbox | undefined) => known.get(ann, 'Work', async () => (reads++, found))
  for (const found of [undefined, undefined, mailbox(3, 4), mailbox(3, 4), mailbox(3), mailbox(3)]) await find(found)
  assert.equal(reads, 5)
})

test('how much is remembered is bounded, and an account that is asked for stays', async () => {
  const asked = new Asked()
  for (let account = 1; account <= 10; account++) {
    for (let n = 0; n < 8_000; n++) await asked.ask(`Work ${n}`, account as AccountId)
    await asked.ask('Work 5')
  }
  asked.reads = 0
  await asked.ask('Work 5')
  assert.equal(asked.reads, 0)
  await asked.ask('Work 5', ben)
  assert.equal(asked.reads, 1)
})

withEachEngine((_name, open) => {
  test('a mailbox asked for by name is as the list of mailboxes has it, whatever has just been done', async (t) => {
    const { store, deliver } = await openTestStore(t, open)
    const names = ['INBOX', 'Work', 'Work/Deep', 'Play', 'Play/Deep']
    const look = async (what: string) => {
      for (const accountId of [ann, ben]) {
        const listed = await store.mailboxes(accountId)
        for (const name of names) {
          const expected = listed.find((one) => one.name === name)
          // What the first one remembers, the second one gets.
          assert.deepEqual(await store.mailbox(accountId, name), expected, what)
          assert.deepEqual(await store.mailbox(accountId, name), expected, what)
        }
      }
    }
    const idOf = async (name: string, accountId = ann): Promise<MailboxId> => {
      const found = await store.mailbox(accountId, name)
      assert.ok(found, name)
      return found.mailboxId
    }
    const inbox = await idOf('INBOX')
    const flags = { system: 1, keywords: 'Seen' }
    const octets = Buffer.from('Subject: one\r\n\r\ntext\r\n')
    const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['nothing', async () => undefined],
      ['create', () => store.createMailbox(ann, 'Work/Deep')],
      ['deliver', () => deliver(octets, ann, ben)],
      ['take recent', () => store.takeRecent(ann, inbox)],
      ['flag', () => store.setFlags(ann, inbox, all, 'add', flags)],
      ['append', async () => store.append(ann, await idOf('Work'), { octets: [octets], messages: [{ sizeOctets: octets.length, flags, internalDateMs: 0 }] })],
      ['take recent of the other', async () => store.takeRecent(ann, await idOf('Work'))],
      ['copy', async () => store.copy(ann, inbox, all, await idOf('Work'))],
      ['move', async () => store.move(ann, inbox, all, await idOf('Work/Deep'))],
      ['subscribe', () => store.subscribe(ann, 'Work', true)],
      ['share', () => store.setGrant(ann, inbox, { granteeId: ben, rights: 'lr' })],
      [
        'transfer',
        async () =>
          store.transfer({
            move: true,
            from: { accountId: ann, mailboxId: await idOf('Work') },
            uids: [[1, 1]],
            to: { accountId: ben, mailboxId: await idOf('INBOX', ben) },
            only: undefined,
          }),
      ],
      ['expunge', async () => store.expunge(ann, await idOf('Work'), all, { deletedOnly: false })],
      ['rename', () => store.renameMailbox(ann, 'Work', 'Play')],
      ['rename INBOX', () => store.renameMailbox(ann, 'INBOX', 'Work')],
      ['delete', () => store.deleteMailbox(ann, 'Play/Deep')],
      ['unsubscribe', () => store.subscribe(ann, 'Play', false)],
      ['create again', () => store.createMailbox(ann, 'Play/Deep')],
    ]
    for (const [what, step] of steps) {
      await step()
      await look(what)
    }
    await store.removeAccount(ben)
    assert.equal(await store.mailbox(ben, 'Work'), undefined)
  })
})
