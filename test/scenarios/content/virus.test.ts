import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Clamd, clamdMissing, eicar, FakeClamd, zip } from '../../harness/clamd.ts'
import { Door } from '../../harness/door.ts'
import { imapClient, messagesOf, newest } from '../../harness/imap-client.ts'
import { eventually } from '../../harness/server.ts'

const ann = 'ann@a.example'
const mailboxes = [ann, 'bob@a.example']
const settings = ['reverse-lookup=off', 'greylisting=off', 'spam-level=off']

const infected = { to: ann, text: eicar }
const attached = (octets: Uint8Array) =>
  [
    'From: <carl@sender.example>',
    'MIME-Version: 1.0',
    'Content-Type: application/zip; name=a.zip',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(octets).toString('base64'),
  ].join('\r\n')

test('viruses, as each address wants it (SPEC A8)', { skip: clamdMissing }, async () => {
  await using clamd = await Clamd.start()
  await using door = await Door.open({ mailboxes, settings, tables: `[clamav]\nsocket = "${clamd.socket}"` })
  const refusal = '550 5.7.1 Message rejected: it holds a virus (Eicar-Test-Signature.UNOFFICIAL)'

  assert.equal(await door.send(infected), refusal)
  assert.equal(await door.send({ to: ann, text: attached(zip('b.zip', zip('e.com', Buffer.from(eicar)))) }), refusal)
  assert.match(await door.send({ to: ann }), /^250 2\.0\.0 Ok/)
  await using imap = await imapClient(door.server, ann)
  assert.match(await newest(imap, 'INBOX', 1), /^X-Virus-Status: Clean\r$/m)

  await door.cli(`address set ${ann} virus-action=discard`)
  assert.match(await door.send(infected), /^250 2\.0\.0 Ok/)
  assert.equal((await messagesOf(imap, 'INBOX')).length, 1)
  assert.match(await door.cli(`journal --address ${ann}`), /Accepted and thrown away: the message holds a virus \(Eicar-Test-Signature\.UNOFFICIAL\)/)

  await door.cli(`address set ${ann} virus-action=folder`)
  await imap.mailboxDelete('virus')
  assert.equal(await door.send(infected), refusal, 'no folder "virus"')
  await imap.mailboxCreate('Virus')
  assert.match(await door.send(infected), /^250 2\.0\.0 Ok/)
  const kept = await newest(imap, 'Virus', 1)
  assert.match(kept, /^X-Virus-Status: Infected \(Eicar-Test-Signature\.UNOFFICIAL\)\r$/m)
  assert.match(kept, /^X-Quarantine-ID: <[0-9A-Z]+>\r$/m)
  assert.equal((await messagesOf(imap, 'INBOX')).length, 1)

  // Bob refuses, Ann does not: two transactions (SPEC A7).
  using smtp = await door.connect()
  await smtp.mail('carl@sender.example')
  await smtp.rcpt(ann)
  assert.equal(await smtp.rcpt('bob@a.example'), '452 4.5.3 <bob@a.example>: different policy, send separately')
})

test('what nobody can look into has an outcome of its own', { skip: clamdMissing }, async () => {
  await using clamd = await Clamd.start()
  await using door = await Door.open({ mailboxes, settings, tables: `[clamav]\nsocket = "${clamd.socket}"` })
  const encrypted = { to: ann, text: attached(zip('a.txt', Buffer.from('x'), { encrypted: true })) }
  const layers = Array.from({ length: 8 }).reduce((inner: Buffer) => zip('a.zip', inner), Buffer.from('x'))
  const bomb = { to: ann, text: attached(layers) }

  assert.match(await door.send(encrypted), /^250/)
  assert.equal(await door.send(bomb), '550 5.7.1 Message rejected: it holds an archive that cannot be looked through')
  await using imap = await imapClient(door.server, ann)
  assert.match(await newest(imap, 'INBOX', 1), /^X-Virus-Status: Not scanned \(encrypted archive\)\r$/m)
  await door.cli('setting set virus.encrypted=virus virus.beyond-limits=deliver')
  assert.match(await door.send(encrypted), /^550 5\.7\.1 Message rejected: it holds a virus \(Heuristics\.Encrypted/)
  assert.match(await door.send(bomb), /^250/)
})

test('clamd away: the sender tries again, or the message is marked, as the operator wants it; the operator is told', { skip: clamdMissing }, async () => {
  await using clamd = await Clamd.start()
  await using door = await Door.open({ mailboxes, settings, tables: `[clamav]\nsocket = "${clamd.socket}"` })
  assert.match(await door.send({ to: ann }), /^250/)
  await clamd.kill()
  assert.equal(await door.send(infected), '451 4.7.1 Cannot look for viruses now, please try later')
  await eventually('the log says so', async () => door.server.log.find(({ event }) => event.startsWith('clamd does not answer')))
  const { code, out } = await door.tryCli('health')
  assert.equal(code, 1)
  assert.match(out, /clamd does not answer/)
  await door.cli('setting set virus.unavailable=deliver')
  assert.match(await door.send({ to: ann, from: 'dora@sender.example' }), /^250/)
  await using imap = await imapClient(door.server, ann)
  assert.match(await newest(imap, 'INBOX', 2), /^X-Virus-Status: Not scanned \(away\)\r$/m)
  await door.cli('setting set virus.unavailable=defer')
  await clamd.run()
  assert.match(await door.send(infected), /^550 5\.7\.1/)
  assert.equal((await door.tryCli('health')).code, 0)
})

test('a clamd that hangs costs a message its time-out, and other connections nothing', async () => {
  await using clamd = await FakeClamd.start()
  await using door = await Door.open({ mailboxes, settings: [...settings, 'virus.timeout=1s'], tables: `[clamav]\nsocket = "${clamd.socket}"` })
  const began = performance.now()
  const answers = await Promise.all(Array.from({ length: 20 }, () => door.send(infected)))
  assert.deepEqual(new Set(answers), new Set(['451 4.7.1 Cannot look for viruses now, please try later']))
  assert.ok(performance.now() - began < 15_000)
})
