import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { type OpenDatabase, withEachEngine } from '../../test/harness/database.ts'
import { at, Desk } from '../../test/harness/directory.ts'
import { silent } from '../base/log.ts'
import { lockMailbox } from '../directory/change/locks.ts'
import { addCustomer } from '../directory/change/organisation.ts'
import { Directory } from '../directory/directory.ts'
import { directoryMigrations } from '../directory/schema.ts'
import { formatAddress } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import { declineNews, sendLetter, stopLetter, takeRecipients } from './change.ts'
import { composeLetter } from './compose.ts'
import { type LetterGroup, letterMessageId, textFor } from './letter.ts'
import { OptOuts } from './opt-out.ts'
import { LetterPost } from './post.ts'
import { foreseeRecipients, listLetters } from './rows.ts'
import { letterMigrations } from './schema.ts'

const modules = ['../directory/catalogue.ts', './catalogue.ts'].map((module) => import.meta.resolve(module))
const clock = { now: () => 1_700_000_000_000 }
const content = { texts: { en: { subject: 'We move', text: 'On Monday.' } }, news: false }

async function office(context: TestContext, open: OpenDatabase) {
  const database = await open(context, { migrations: [...directoryMigrations, ...letterMigrations], modules })
  const directory = await Directory.open({ database, clock, log: silent })
  context.after(() => directory.close())
  const d = new Desk(directory, database)
  for (const [customer, domain] of [
    ['acme', 'a.example'],
    ['bert', 'b.example'],
  ] as const) {
    await d.make(addCustomer, { name: customer, plan: undefined })
    await d.domain(domain, customer)
  }
  const accounts: AccountId[] = []
  for (const address of ['ann@a.example', 'max@a.example', 'bob@b.example']) accounts.push((await d.mailbox(address)).accountId)
  /** What was sent, as `LETTER ACCOUNT`. */
  const log: string[] = []
  const postOf = (send: (letterId: number, accountId: AccountId) => Promise<boolean>, node = 1) =>
    new LetterPost({
      ...{ database, node, clock, log: silent },
      isThere: async (letterId, accountId) => log.includes(`${letterId} ${accountId}`),
      send: (letterId, _, accountId) => send(letterId, accountId),
    })
  const deliver = async (letterId: number, accountId: AccountId) => {
    log.push(`${letterId} ${accountId}`)
    return true
  }
  const state = async () => {
    const [letter] = await directory.query(listLetters, { letterId: undefined, limit: 1 })
    return letter && [letter.state, letter.recipients]
  }
  return {
    d,
    database,
    directory,
    accounts,
    log,
    postOf,
    deliver,
    state,
    send: (group: LetterGroup = { kind: 'all' }) => d.make(sendLetter, { ...content, group }),
  }
}

withEachEngine((_engine, open) => {
  test('a letter goes to its group, once, and says how far it is', async (context) => {
    const o = await office(context, open)
    assert.equal((await o.send({ kind: 'customer', name: 'acme' })).recipients, 2)
    assert.deepEqual(await o.state(), ['sending', { waiting: 2, taken: 0, sent: 0, unreachable: 0 }])
    const post = o.postOf(o.deliver)
    assert.deepEqual([await post.sendSome(), await post.sendSome(), await post.sendSome()], [true, false, false])
    assert.deepEqual(o.log, [`1 ${o.accounts[0]}`, `1 ${o.accounts[1]}`])
    assert.deepEqual(await o.state(), ['sent', { waiting: 0, taken: 0, sent: 2, unreachable: 0 }])
    for (const [group, recipients] of [
      [{ kind: 'all' }, 3],
      [{ kind: 'domain', name: 'b.example' }, 1],
      [{ kind: 'plan', name: 'standard' }, 3],
    ] as const) {
      assert.equal((await o.send(group)).recipients, recipients)
    }
    assert.equal((await o.d.refused(sendLetter, { ...content, group: { kind: 'plan', name: 'gold' } })).code, 'unknown')
  })

  test('who died while sending: what is in the log was sent, the rest is sent now, each once', async (context) => {
    const o = await office(context, open)
    await o.send()
    // Dies after the first two are in the log, before that is noted.
    const taken = await o.database.change(takeRecipients, { node: 1, limit: 50, atMs: 0 })
    for (const accountId of taken?.accountIds.slice(0, 2) ?? []) await o.deliver(1, accountId)
    // Another node keeps its hands off.
    const other = o.postOf(o.deliver, 2)
    await other.recover()
    assert.equal(await other.sendSome(), false)
    const again = o.postOf(o.deliver)
    await again.recover()
    assert.deepEqual([await again.sendSome(), await again.sendSome()], [true, false])
    assert.deepEqual(o.log.toSorted(), o.accounts.map((accountId) => `1 ${accountId}`).toSorted())
    assert.deepEqual(await o.state(), ['sent', { waiting: 0, taken: 0, sent: 3, unreachable: 0 }])
  })

  test('a fault costs nobody his letter, and gives nobody two', async (context) => {
    const o = await office(context, open)
    await o.send()
    let faults = 2
    const post = o.postOf(async (letterId, accountId) => {
      if (faults-- > 0) throw new Error('disk full')
      return o.deliver(letterId, accountId)
    })
    await assert.rejects(post.sendSome(), /disk full/)
    assert.deepEqual([await post.sendSome(), await post.sendSome()], [true, false])
    assert.deepEqual(new Set(o.log).size, o.log.length)
    assert.deepEqual(await o.state(), ['sent', { waiting: 0, taken: 0, sent: 3, unreachable: 0 }])
  })

  test('nobody to get it; stopped; declined', async (context) => {
    const o = await office(context, open)
    const [ann] = o.accounts
    await o.d.make(lockMailbox, { address: at('ann@a.example'), kind: 'whole', reason: 'unpaid' })
    await o.send()
    await o.postOf(async (_, accountId) => accountId !== ann).sendSome()
    assert.deepEqual((await o.state())?.[1], { waiting: 0, taken: 0, sent: 2, unreachable: 1 })

    const { letterId } = await o.send()
    await o.d.make(stopLetter, { letterId })
    assert.equal(await o.postOf(o.deliver).sendSome(), false)
    assert.equal((await o.d.refused(stopLetter, { letterId })).code, 'unknown')

    await o.database.change(declineNews, { accountId: ann as AccountId, atMs: 1 })
    const count = async (news: boolean) => {
      const counted = await o.directory.query(foreseeRecipients, { group: { kind: 'all' }, news })
      if (counted.refused !== undefined) return undefined
      const { example, ...numbers } = counted.found
      return { ...numbers, to: example && formatAddress(example.address) }
    }
    assert.deepEqual(
      [await count(true), await count(false)],
      [
        { recipients: 2, declined: 1, to: 'max@a.example' },
        { recipients: 3, declined: 0, to: 'ann@a.example' },
      ],
    )
    assert.equal((await o.d.make(sendLetter, { ...content, news: true, group: { kind: 'all' } })).recipients, 2)
  })
})

test('the message: in the language of its mailbox, in its own name, with a way to decline where it is news', () => {
  const texts = { en: { subject: 'Hello', text: 'x' }, de: { subject: 'Grüße an {customer}', text: 'Ihr Postfach {address} bei {domain}.\n{other}' } }
  const to = { address: at('ann@a.example'), customer: 'acme', language: 'de' } as const
  const about = { messageId: letterMessageId(3, 7, 'mx.example.org'), provider: 'Mail, "Inc"', hostname: 'mx.example.org', atMs: 0 }
  const message = composeLetter(textFor({ texts, news: true }, 'de'), to, { ...about, unsubscribe: 'https://mx.example.org/unsubscribe/x' }).toString()
  const [header = '', body = ''] = message.split('\r\n\r\n')
  assert.match(header, /^From: "Mail, Inc" <postmaster@mx\.example\.org>\r\n/m)
  assert.match(header, /^Subject: =\?UTF-8\?/im)
  assert.match(header, /^Message-ID: <letter\.3\.7@mx\.example\.org>\r\n/m)
  assert.match(header, /^List-Unsubscribe: <https:\/\/mx\.example\.org\/unsubscribe\/x>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n/m)
  assert.match(Buffer.from(body, 'base64').toString(), /^Ihr Postfach ann@a\.example bei a\.example\.\r\n\{other\}\r\n/)
  const plain = composeLetter(textFor({ texts: { en: texts.en }, news: false }, 'de'), to, { ...about, unsubscribe: undefined }).toString()
  assert.match(plain, /^Subject: Hello\r\n/m)
  assert.doesNotMatch(plain, /Unsubscribe/)
})

test('who declines is named by what only they were sent', () => {
  const optOuts = new OptOuts(Buffer.alloc(32, 1), 'mx.example.org')
  const written = optOuts.write(12 as AccountId)
  assert.ok(written)
  assert.equal(optOuts.read(written), 12)
  assert.equal(optOuts.read({ ...written, localPart: written.localPart.replace('12', '13') }), undefined)
  assert.equal(optOuts.read({ ...written, domain: 'a.example' }), undefined)
  assert.equal(optOuts.read(at('ann@a.example')), undefined)
})
