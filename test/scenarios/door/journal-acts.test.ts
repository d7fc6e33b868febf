import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { StatusObject } from 'imapflow'
import type { OperationOutput } from '../../../src/api/contract.ts'
import { Door } from '../../harness/door.ts'
import { imapClient } from '../../harness/imap-client.ts'
import { eventually, password } from '../../harness/server.ts'
import { WebClient } from '../../harness/web.ts'

const named = '127.62.0.1'
const nameless = '127.62.1.1'

type Story = OperationOutput<'journal.show'>
type Found = OperationOutput<'journal.search'>

describe('why a mail did not come, and what to do about it (SPEC A12)', () => {
  let door: Door
  let ann: WebClient
  let bob: WebClient
  let owner: WebClient
  let reader: WebClient
  let helper: WebClient
  let manager: WebClient
  let stranger: WebClient

  before(async () => {
    door = await Door.open({
      zone: { [`ptr:${named}`]: { PTR: ['mail.sender.example'] }, 'mail.sender.example': { A: [named] } },
      settings: ['connection-limits=off', 'dmarc=score', 'spam-level=off', 'greylisting.trusted-after=0'],
    })
    await door.cli('customer add books')
    await door.cli('customer add shoes')
    for (const [customer, domain] of [
      ['books', 'a.example'],
      ['shoes', 'b.example'],
    ] as const) {
      await door.cli(`domain add ${domain} --customer ${customer}`)
      for (const name of ['ann', 'bob']) await door.cli(`mailbox add ${name}@${domain} --password-stdin`, `${password}\n`)
    }
    await door.cli('person add olga@a.example --customer books --role owner --password-stdin', `${password}\n`)
    await door.cli('person add rita@a.example --customer books --role read-only --password-stdin', `${password}\n`)
    await door.cli('person add hans@a.example --customer books --role helpdesk --password-stdin', `${password}\n`)
    await door.cli('person add manu@a.example --customer books --role manager --password-stdin', `${password}\n`)
    await door.cli('person add otto@b.example --customer shoes --role owner --password-stdin', `${password}\n`)
    const signIn = (name: string) => WebClient.signIn(door.server, name, password)
    ann = await signIn('ann@a.example')
    bob = await signIn('bob@a.example')
    owner = await signIn('olga@a.example')
    reader = await signIn('rita@a.example')
    helper = await signIn('hans@a.example')
    manager = await signIn('manu@a.example')
    stranger = await signIn('otto@b.example')
  })
  after(() => door[Symbol.asyncDispose]())

  async function newest(who: WebClient, search: Parameters<typeof who.call<'journal.search'>>[1] = {}): Promise<Found['entries'][number]> {
    // What was accepted is there a moment later.
    return await eventually('an entry', async () => ((await who.call('journal.search', search)).json as Found).entries[0])
  }

  async function story(who: WebClient, id: string): Promise<Story['entries'][number]> {
    const [entry] = ((await who.call('journal.show', { id })).json as Story).entries
    assert.ok(entry !== undefined)
    return entry
  }

  const offered = async (who: WebClient, id: string) => (await story(who, id)).story.offers.map(({ action }) => action)

  test('a mailbox user lets a greylisted sender through, now and always, and takes it back', async () => {
    const from = 'news@sender.example'
    assert.match(await door.send({ to: 'ann@a.example', from, client: named }), /^450 4\.7\.1/)
    const { entry } = await newest(ann, { text: 'news@', result: 'waiting' })
    const told = await story(ann, entry)
    assert.equal(told.story.headline.de, 'Die Nachricht wurde noch nicht angenommen; der sendende Server wurde gebeten, wiederzukommen.')
    assert.equal(told.story.steps.find(({ decided }) => decided)?.check, 'greylisting')
    assert.deepEqual(await offered(ann, entry), ['let-through', 'block'])
    const done = await ann.call('journal.act', { id: entry, action: 'let-through' })
    assert.deepEqual([done.status, (done.json as OperationOutput<'journal.act'>).canUndo], [200, true])
    assert.match(await door.send({ to: 'ann@a.example', from, client: named }), /^250/)
    const { since } = (await ann.call('journal.show', { id: entry })).json as Story
    assert.equal(since?.outcome, 'delivered')
    assert.equal((await ann.call('journal.act', { id: entry, action: 'let-through', undo: true })).status, 200)
    assert.match(await door.send({ to: 'ann@a.example', from, client: named }), /^450 4\.7\.1/)
  })

  test('a customer switches the reverse lookup off for an address, and its block list is what it says', async () => {
    const mail = { to: 'bob@a.example', from: 'shop@nameless.example', client: nameless }
    assert.match(await door.send(mail), /^550 5\.7\.25/)
    const { entry } = await newest(owner, { sender: mail.from })
    assert.equal((await owner.call('journal.act', { id: entry, action: 'no-reverse-lookup' })).status, 200)
    assert.match(await door.send(mail), /^450 4\.7\.1/)
    assert.equal((await owner.call('journal.act', { id: (await newest(owner, { sender: mail.from })).entry, action: 'let-through' })).status, 200)
    assert.match(await door.send(mail), /^250/)
    const delivered = await newest(owner, { sender: mail.from, result: 'delivered' })
    assert.equal((await owner.call('journal.act', { id: delivered.entry, action: 'block' })).status, 200)
    // Let through wins over block (SPEC A3).
    assert.match(await door.send(mail), /^250/)
    await door.cli('address let-through bob@a.example --remove shop@nameless.example')
    assert.match(await door.send(mail), /^550 5\.7\.1/)
    const refused = await newest(owner, { sender: mail.from })
    assert.deepEqual(await offered(owner, refused.entry), ['unblock'])
    assert.equal((await owner.call('journal.act', { id: refused.entry, action: 'unblock' })).status, 200)
    // It has come back by now for the greylist, which knows it.
    assert.match(await door.send(mail), /^(?:250|450)/)
    assert.equal((await owner.call('journal.act', { id: entry, action: 'no-reverse-lookup', undo: true })).status, 200)
    assert.match(await door.send(mail), /^550 5\.7\.25/)
  })

  test('a customer learns of mail to addresses that are not there, and which was meant', async () => {
    assert.match(await door.send({ to: 'bop@a.example', from: 'typo@sender.example', client: named }), /^550 5\.1\.1/)
    const { entry } = await newest(owner, { text: 'bop@a' })
    const { didYouMean } = (await owner.call('journal.show', { id: entry })).json as Story
    assert.equal(didYouMean, 'bob@a.example')
    assert.deepEqual(await offered(owner, entry), [])
  })

  test('what was delivered can be spam, and was none', async () => {
    const mail = { to: 'ann@a.example', from: 'friend@sender.example', client: named }
    await door.cli('address set ann@a.example spam-level=medium greylisting=off')
    const gtube = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'
    const text = `From: <${mail.from}>\r\nMessage-ID: <spam@sender.example>\r\n\r\n${gtube}\r\n`
    assert.match(await door.send({ ...mail, text }), /^250/)
    const judged = await newest(ann, { result: 'spam' })
    assert.deepEqual(await offered(ann, judged.entry), ['was-not-spam', 'let-through', 'block'])
    const content = (await story(ann, judged.entry)).story.steps.find(({ check }) => check === 'content-filter')
    assert.deepEqual(content?.tests.find(({ name }) => name === 'GTUBE')?.why?.en, 'The message holds the test line that every spam filter knows.')
    await using imap = await imapClient(door.server, 'ann@a.example')
    const places = async () => ((await imap.status('INBOX', { messages: true })) as StatusObject).messages
    const inInbox = (await places()) ?? 0
    const said = async (who: WebClient, id: string, action: 'was-spam' | 'was-not-spam', undo = false) => {
      const { status, json } = await who.call('journal.act', { id, action, undo })
      return { status, said: (json as OperationOutput<'journal.act'>).done?.en, more: ((await places()) ?? 0) - inInbox }
    }
    const filter = (what: string) => `The filter of ann@a.example has ${what}`
    const ham = filter('learned that this was not spam.')
    // Who may not manage the mailbox teaches its filter, and moves nothing.
    assert.deepEqual(await said(helper, judged.entry, 'was-not-spam'), {
      ...{ status: 200, said: `${ham} It stays where it is: whoever uses or manages the mailbox can move it.`, more: 0 },
    })
    assert.deepEqual(await said(manager, judged.entry, 'was-not-spam'), { status: 200, said: `${ham} The message is back in the inbox.`, more: 1 })
    assert.deepEqual(await said(ann, judged.entry, 'was-not-spam'), {
      ...{ status: 200, said: `${ham} It is not in the folder for spam, so it stays where it is.`, more: 1 },
    })
    assert.deepEqual(await said(ann, judged.entry, 'was-not-spam', true), {
      ...{ status: 200, said: `${filter('forgotten what it learned from this message.')} The message is in the folder for spam.`, more: 0 },
    })
    assert.match(await door.cli('audit --limit 5'), /person manu@a\.example.*ann@a\.example/)
    await door.cli('address set ann@a.example spam-level=off')
    assert.match(await door.send({ ...mail, text: text.replace(gtube, 'Cheap watches').replace('spam@', 'watches@') }), /^250/)
    const { entry } = await newest(ann, { text: 'watches@' })
    await eventually('it is in the inbox', async () => (((await places()) ?? 0) > inInbox ? true : undefined))
    assert.deepEqual(await said(ann, entry, 'was-spam'), {
      ...{ status: 200, said: `${filter('learned that this was spam.')} The message is in the folder for spam.`, more: 0 },
    })
    assert.deepEqual(await said(ann, entry, 'was-spam', true), {
      ...{ status: 200, said: `${filter('forgotten what it learned from this message.')} The message is back in the inbox.`, more: 1 },
    })
    await door.cli('address set ann@a.example greylisting=on')
  })

  test('nobody sees or changes what is not theirs', async () => {
    assert.match(await door.send({ to: 'ann@a.example', from: 'secret@sender.example', client: named }), /^450/)
    const { entry, queueId = '' } = await newest(owner, { sender: 'secret@sender.example' })
    for (const who of [bob, stranger]) {
      assert.deepEqual(((await who.call('journal.search', { text: 'secret' })).json as Found).entries, [])
      for (const id of [entry, queueId]) {
        assert.equal((await who.call('journal.show', { id })).status, 404)
        assert.equal((await who.call('journal.act', { id, action: 'let-through' })).status, 404)
        // The same words as for what is not there at all.
        const nothing = await who.call('journal.show', { id: `${id.slice(0, -1)}X` })
        assert.equal((await who.call('journal.show', { id })).text.replaceAll(id, 'ID'), nothing.text.replaceAll(`${id.slice(0, -1)}X`, 'ID'))
      }
    }
    assert.deepEqual(((await ann.call('journal.search', { address: 'bob@a.example' })).json as Found).entries, [])
    for (const search of [{ address: 'ann@a.example' }, { domain: 'a.example' }, { text: queueId }]) {
      assert.deepEqual(((await stranger.call('journal.search', search)).json as Found).entries, [])
      assert.equal(((await owner.call('journal.search', search)).json as Found).entries.length > 0, true, JSON.stringify(search))
    }
    // Who may only look is offered nothing, and can do nothing.
    assert.deepEqual(await offered(reader, entry), [])
    assert.equal((await reader.call('journal.act', { id: entry, action: 'let-through' })).status, 403)
    assert.equal((await ann.call('journal.act', { id: entry, action: 'was-spam' })).status, 409)
    assert.match(await door.send({ to: 'ann@a.example', from: 'secret@sender.example', client: named }), /^450/)
  })

  test('statistics count what came, each customer’s for itself', async () => {
    type Counts = OperationOutput<'statistics.show'>
    const { counts, storage } = (await owner.call('statistics.show', { domain: 'a.example', step: 'hour' })).json as Counts
    const kinds = new Map(counts.map(({ kind, number }) => [kind, number]))
    for (const kind of ['delivered', 'bytes-in', 'refused reverse-lookup', 'refused address', 'deferred greylisting', 'spam above-20']) {
      assert.ok((kinds.get(kind) ?? 0) > 0, kind)
    }
    assert.equal(storage.mailboxes, 2)
    assert.deepEqual(((await stranger.call('statistics.show', {})).json as Counts).counts, [])
    assert.equal((await stranger.call('statistics.show', { domain: 'a.example' })).status, 404)
    assert.equal((await stranger.call('statistics.show', { customer: 'books' })).status, 404)
    assert.equal((await ann.call('statistics.show', {})).status, 403)
    assert.match(await door.cli('statistics'), /refused reverse-lookup +[1-9]/)
  })

  test('the command line tells the same story', async () => {
    const { queueId = '' } = await newest(owner, { sender: 'secret@sender.example' })
    const told = await door.cli(`journal show ${queueId}`)
    assert.match(told, /First contact \(greylisting\): The sender /)
    assert.match(told, /posthorn journal act \d+ let-through/)
    assert.match(await door.cli(`journal act ${queueId} let-through`), /secret@sender\.example is let through to ann@a\.example/)
    assert.match(await door.cli(`journal act ${queueId} let-through --undo`), /judged as everybody else/)
    assert.equal((await door.tryCli('journal show 0D4KX5GH3J01ABCD')).code, 1)
    assert.equal((await door.tryCli(`journal act ${queueId} let-go`)).code, 2)
  })
})
