import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { accepted, Door, type SmtpClient } from '../../harness/door.ts'

const listed = '550 5.7.1 Spam message rejected'
const client = '127.50.0.1'
const unknown = (to: string) => `550 5.1.1 <${to}>: Recipient address rejected: User unknown`
const greylisted = (to: string) => `450 4.7.1 <${to}>: Recipient address rejected: You have been greylisted, please try later`
const noName = `550 5.7.25 Client host rejected: cannot find your hostname, [${client}]`

/** Each: a change by the CLI, and what RCPT says right after it, on a connection that is open all the while. */
const steps: readonly [command: string, to: string, reply: string][] = [
  ['mailbox add new@a.example', 'new@a.example', accepted],
  ['mailbox lock new@a.example --reason test', 'new@a.example', '450 4.2.1 <new@a.example>: Recipient address rejected: it takes no mail for now'],
  ['mailbox unlock new@a.example', 'new@a.example', accepted],
  ['mailbox rename new@a.example old@a.example', 'new@a.example', unknown('new@a.example')],
  ['mailbox remove old@a.example --yes', 'old@a.example', unknown('old@a.example')],
  ['alias add *@a.example --to ann@a.example', 'old@a.example', accepted],
  ['setting set subaddressing=off', 'ann+tag@a.example', accepted],
  ['alias remove *@a.example', 'ann+tag@a.example', unknown('ann+tag@a.example')],
  ['setting set subaddressing=on', 'ann+tag@a.example', accepted],
  ['domain add b.example', 'ann@b.example', unknown('ann@b.example')],
  ['domain remove b.example', 'ann@b.example', '550 5.7.1 <ann@b.example>: Relaying denied'],
  ['address set ann@a.example reverse-lookup=on', 'ann@a.example', noName],
  ['address set ann@a.example reverse-lookup=inherit', 'ann@a.example', accepted],
  ['domain set a.example reverse-lookup=on', 'ann@a.example', noName],
  ['address set ann@a.example reverse-lookup=off', 'ann@a.example', accepted],
  ['setting set greylisting=on', 'ann@a.example', greylisted('ann@a.example')],
  ['customer set main greylisting=off', 'ann@a.example', accepted],
  ['plan set standard greylisting=on', 'ann@a.example', accepted],
  ['address block ann@a.example sender.example', 'ann@a.example', listed],
  ['address set ann@a.example list-mode=off', 'ann@a.example', accepted],
  ['address set ann@a.example list-mode=block', 'ann@a.example', listed],
  ['address let-through ann@a.example carl@sender.example', 'ann@a.example', accepted],
  ['address let-through ann@a.example --remove carl@sender.example', 'ann@a.example', listed],
  ['address block ann@a.example --remove sender.example', 'ann@a.example', accepted],
  ['mailbox quota ann@a.example 5K', 'ann@a.example', '452 4.2.2 <ann@a.example>: Recipient address rejected: Mailbox full'],
  ['setting set mailbox.full=refuse', 'ann@a.example', '552 5.2.2 <ann@a.example>: Recipient address rejected: Mailbox full'],
  ['mailbox quota ann@a.example none', 'ann@a.example', accepted],
  ['plan set standard --message-size 64K', 'ann@a.example', '552 5.3.4 <ann@a.example>: Message too large: at most 65536 bytes'],
  ['plan set standard --message-size 100M', 'ann@a.example', accepted],
  ['domain set a.example reverse-lookup=inherit', 'bob@a.example', accepted],
]

describe('in force at once (SPEC A9)', () => {
  let door: Door
  let smtp: SmtpClient

  before(async () => {
    door = await Door.open({
      mailboxes: ['ann@a.example', 'bob@a.example'],
      settings: ['greylisting=off', 'reverse-lookup=off'],
      // The largest of all: SIZE announces this one's.
      commands: ['plan add large --message-size 200M'],
    })
    smtp = await door.connect({ client })
  })
  after(async () => {
    smtp.player.close()
    await door[Symbol.asyncDispose]()
  })

  test('a change holds from the next command of an open connection', async () => {
    await smtp.mail('carl@sender.example', ' SIZE=70000')
    assert.equal(await smtp.rcpt('ann@a.example'), accepted)
    for (const [command, to, reply] of steps) {
      await door.cli(command)
      assert.equal(await smtp.rcpt(to), reply, command)
    }
    await smtp.say('RSET')
  })

  test('a recipient keeps what it was accepted with until its transaction ends', async () => {
    const header = 'From: a@bad.example'
    await smtp.mail('carl@sender.example')
    assert.equal(await smtp.rcpt('bob@a.example'), accepted)
    await door.cli('address block bob@a.example bad.example sender.example')
    await door.cli('address set bob@a.example reverse-lookup=on greylisting=on')
    await door.cli('mailbox quota bob@a.example 1K')
    assert.match(await smtp.data(header), /^250 2\.0\.0 /)
    await smtp.mail('carl@sender.example')
    assert.equal(await smtp.rcpt('bob@a.example'), listed)
    await smtp.say('RSET')
    await door.cli('address block bob@a.example --remove sender.example')
    await door.cli('address set bob@a.example reverse-lookup=off greylisting=off')
    await door.cli('mailbox quota bob@a.example none')
    await smtp.mail('carl@sender.example')
    assert.equal(await smtp.rcpt('bob@a.example'), accepted)
    assert.equal(await smtp.data(header), listed)
  })

  test('the other way round too: accepted with the list, refused by it though it is gone', async () => {
    await smtp.mail('carl@sender.example')
    assert.equal(await smtp.rcpt('bob@a.example'), accepted)
    await door.cli('address set bob@a.example list-mode=off')
    assert.equal(await smtp.data('From: a@bad.example'), listed)
    await smtp.mail('carl@sender.example')
    assert.equal(await smtp.rcpt('bob@a.example'), accepted)
    assert.match(await smtp.data('From: a@bad.example'), /^250 2\.0\.0 /)
  })

  test('the command itself, as an operator calls it, is in force when it has ended', async () => {
    for (const value of ['on', 'off', 'on', 'off']) {
      await door.server.posthorn(['address', 'set', 'ann@a.example', `reverse-lookup=${value}`])
      await smtp.mail('carl@sender.example')
      assert.equal(await smtp.rcpt('ann@a.example'), value === 'on' ? noName : accepted)
      await smtp.say('RSET')
    }
  })
})
