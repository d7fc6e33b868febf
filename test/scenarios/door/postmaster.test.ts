import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { accepted, Door } from '../../harness/door.ts'
import { imapClient, statusOf } from '../../harness/imap-client.ts'
import { eventually } from '../../harness/server.ts'

/** From a host without a name, by a sender whom every list blocks. */
const mail = { from: 'enemy@bad.example', client: '127.30.0.1' }

describe('postmaster and abuse (SPEC A9b)', () => {
  let door: Door

  before(async () => {
    door = await Door.open({
      mailboxes: ['ann@a.example', 'op@a.example', 'post@c.example'],
      settings: ['list-mode=block'],
      commands: ['domain add b.example', 'address block ann@a.example bad.example', 'operator add olga --mailbox op@a.example'],
    })
  })
  after(async () => await door[Symbol.asyncDispose]())

  const messages = async (user: string): Promise<number> => {
    await using client = await imapClient(door.server, user)
    return (await statusOf(client, 'INBOX')).messages ?? 0
  }

  /** Sends one to each and says who got how many. */
  const got = async (recipients: readonly string[], user: string): Promise<void> => {
    const before = await messages(user)
    for (const to of recipients) assert.match(await door.send({ ...mail, to }), /^250 /, to)
    await eventually(`${user} has ${recipients.length} more`, async () => ((await messages(user)) === before + recipients.length ? true : undefined))
  }

  test('others from there are refused', async () => {
    assert.equal(await door.try({ ...mail, to: 'ann@a.example' }), '550 5.7.1 Spam message rejected')
    assert.match(await door.try({ ...mail, to: 'op@a.example' }), /^550 5\.7\.25 /)
  })

  test('<postmaster>, and both names of each domain, of any case, even where nobody has a mailbox: to the operator', async () => {
    await got(
      ['postmaster', 'PostMaster', 'postmaster@a.example', 'ABUSE@A.Example', 'postmaster@b.example', 'abuse@b.example', 'abuse@c.example'],
      'op@a.example',
    )
  })

  test('past greylisting and the reverse lookup: the name server is not even asked', async () => {
    assert.deepEqual(await door.questions(() => door.try({ ...mail, to: 'abuse@b.example', client: '127.30.0.2' })), [])
  })

  test('an address of that name has the last word, past its own lists', async () => {
    await door.cli('alias add abuse@a.example --to ann@a.example')
    await door.cli('address block abuse@a.example bad.example')
    await got(['abuse@a.example'], 'ann@a.example')
  })

  test('or to whom the setting says, from the next command; nobody at all is no such address', async () => {
    using smtp = await door.connect({ client: mail.client })
    await door.cli('setting set postmaster.address=post@c.example')
    await smtp.mail(mail.from)
    assert.equal(await smtp.rcpt('postmaster@b.example'), accepted)
    assert.equal(await smtp.rcpt('postmaster'), accepted)
    assert.match(await smtp.data('From: enemy@bad.example'), /^250 /)
    await eventually('post@c.example has it, once', async () => ((await messages('post@c.example')) === 1 ? true : undefined))
    const { code, err } = await door.tryCli('setting set postmaster.address=nobody@a.example')
    assert.equal(code, 1)
    assert.match(err, /there is no address nobody@a\.example here/)
    assert.match(await door.try({ ...mail, to: 'postmaster@elsewhere.example' }), /^550 5\.7\.1 .*Relaying denied/)
  })
})

test('without a single mailbox there is nobody to take it; with the first one there is', async () => {
  await using door = await Door.open({ commands: ['domain add a.example'] })
  assert.match(await door.try({ ...mail, to: 'postmaster' }), /^550 5\.1\.1 /)
  await door.cli('mailbox add ann@a.example')
  assert.equal(await door.try({ ...mail, to: 'postmaster' }), accepted)
  assert.equal(await door.try({ ...mail, to: 'abuse@a.example' }), accepted)
})
