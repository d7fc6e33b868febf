import assert from 'node:assert/strict'
import test from 'node:test'
import { imapClient, statusOf } from '../harness/imap-client.ts'
import { Player } from '../harness/play.ts'
import { needs } from '../harness/program.ts'
import { eventually, password, Server } from '../harness/server.ts'
import { swaks } from '../harness/swaks.ts'

const info = 'info@a.example'
const archive = 'archive@a.example'

test('info@ becomes archive@ with all its mail, and a new info@ starts empty (SPEC C7)', { skip: needs('swaks') }, async () => {
  const settings = ['greeting.delay=0']
  await using server = await Server.start({ mailboxes: [info, 'ann@a.example'], addressSettings: ['greylisting=off'], settings })
  const send = async (to: string, subject: string) => await swaks({ port: server.port('smtp'), from: 'carl@sender.example', to, subject, helo: 'localhost' })
  const signIn = async (user: string): Promise<Player> => {
    const player = await Player.connect(server.port('imaps'), { tls: true })
    await player.line()
    player.write(`s LOGIN ${user} "${password}"\r\n`)
    return player
  }

  // What there is before: mail in two folders, one of them shared; an alias; a session that stays open.
  await server.posthorn(['alias', 'add', 'hello@a.example', '--to', info])
  await server.posthorn(['address', 'set', 'hello@a.example', 'greylisting=off'])
  assert.equal((await send(info, 'before')).code, 0)
  {
    await using mail = await imapClient(server, info)
    await mail.mailboxCreate('Orders')
    await mail.append('Orders', 'Subject: order\r\n\r\nTen of them.\r\n', ['\\Seen', '$kept'])
  }
  await server.posthorn(['mailbox', 'share', info, 'Orders', '--with', 'ann@a.example', '--rights', 'read'])
  using open = await signIn(info)
  await open.play('S: s OK *\nC: a SELECT INBOX\nS: ...\nS: a OK *')

  await server.posthorn(['mailbox', 'rename', info, archive])

  // Nobody is info@ now: no sign-in, no mail.
  using refused = await signIn(info)
  await refused.play('S: s NO [AUTHENTICATIONFAILED] *')
  assert.match((await send(info, 'to nobody')).refusals.join('\n'), /^550 5\.1\.1/m)

  // The old account under its new name: mail, folders, flags, password, alias, what it shares, and the session that was open.
  assert.equal((await send('hello@a.example', 'by alias')).code, 0)
  // IDLE: the index follows the 250.
  await open.play(`
    C: i IDLE
    S: + idling
    S: * 2 EXISTS
    C: DONE
    S: ...
    S: i OK *
    C: f FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])
    S: ...
    S: Subject: before
    S: ...
    S: Subject: by alias
    S: ...
    S: f OK *
  `)
  {
    await using mail = await imapClient(server, archive)
    assert.equal((await statusOf(mail, 'INBOX')).messages, 2)
    await mail.mailboxOpen('Orders')
    const order = await mail.fetchOne('1', { flags: true })
    assert.deepEqual([...((order && order.flags) || [])].sort(), ['$kept', '\\Seen'])
    await using ann = await imapClient(server, 'ann@a.example')
    const seen = (await ann.list()).map(({ path }) => path).filter((path) => path.endsWith('Orders'))
    assert.deepEqual(seen, [`Other Users/${archive}/Orders`])
  }

  // A new info@ is somebody else.
  await server.addMailbox(info)
  await server.posthorn(['address', 'set', info, 'greylisting=off'])
  {
    await using mail = await imapClient(server, info)
    assert.equal((await statusOf(mail, 'INBOX')).messages, 0)
    assert.ok(!(await mail.list()).some(({ path }) => path === 'Orders' || path.startsWith('Other Users')))
    assert.equal((await send(info, 'after')).code, 0)
    await eventually('the new mail is there', async () => ((await statusOf(mail, 'INBOX')).messages === 1 ? true : undefined))
  }
  await using mail = await imapClient(server, archive)
  assert.equal((await statusOf(mail, 'INBOX')).messages, 2)
  assert.deepEqual(server.complaints(), [])
})
