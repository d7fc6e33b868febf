import assert from 'node:assert/strict'
import test from 'node:test'
import { ImapSession } from '../harness/crash/imap-session.ts'
import { sender, SmtpSender, stuffed } from '../harness/crash/smtp-sender.ts'
import { makeMessage, readMessage } from '../harness/crash/test-message.ts'
import { ConnectionLost, WireClient } from '../harness/crash/wire-client.ts'
import { eventually, password, Server } from '../harness/server.ts'

const user = 'ann@a.example'
const options = {
  mailboxes: [user],
  addressSettings: ['greylisting=off'],
  settings: ['greeting.delay=0', 'plaintext-login=loopback'],
}

test('SIGTERM: what is under way comes to its end, nothing new begins, and the exit code is 0', async () => {
  await using server = await Server.start(options)
  const data = makeMessage('by-data', 400_000)
  const chunks = makeMessage('by-bdat', 3000)
  const appended = makeMessage('appended', 3000)
  using inData = await inTransaction(server)
  await inData.say('DATA\r\n')
  const text = stuffed(data.octets)
  inData.write(text.subarray(0, 300_000))
  using inChunks = await inTransaction(server)
  await bdat(inChunks, chunks.octets.subarray(0, 1000), '')
  using idleSmtp = await SmtpSender.connect(server.port('smtp'))
  using idle = await signedIn(server)
  idle.write('b SELECT INBOX\r\nc IDLE\r\n')
  while (!(await idle.line()).startsWith('+'));
  using inAppend = await signedIn(server)
  inAppend.write(`b APPEND INBOX {${appended.octets.length}}\r\n`)
  assert.match(await inAppend.line(), /^\+/)

  const port = server.port('smtp')
  const stopped = server.stop('SIGTERM')
  await eventually('nobody else gets in', async () => {
    try {
      ;(await WireClient.connect(port)).close()
      return undefined
    } catch (error) {
      return error instanceof ConnectionLost ? true : undefined
    }
  })
  assert.match(await idleSmtp.reply(), /^421 4\.3\.2 /)
  assert.match(await idle.line(), /^\* BYE /)
  inData.write(text.subarray(300_000))
  assert.match(await inData.reply(), /^250 2\.0\.0 /)
  assert.match(await inData.reply(), /^421 4\.3\.2 /)
  await bdat(inChunks, chunks.octets.subarray(1000), ' LAST')
  assert.match(await inChunks.reply(), /^421 4\.3\.2 /)
  inAppend.write(appended.octets)
  inAppend.write('\r\n')
  assert.match(await inAppend.line(), /^b OK \[APPENDUID /)
  assert.match(await inAppend.line(), /^\* BYE /)
  assert.equal(await stopped, 0)

  await server.start()
  using imap = await ImapSession.open(server.port('imap'), user)
  await imap.select('INBOX')
  const found = (await imap.fetch('1:*', { octets: true })).map(({ octets }) => readMessage(octets ?? Buffer.alloc(0)))
  assert.deepEqual(found.map(({ id }) => id).sort(), ['appended', 'by-bdat', 'by-data'])
  for (const { id, octets } of found) assert.ok(octets.equals([data, chunks, appended].find((message) => message.id === id)?.octets ?? Buffer.alloc(0)), id)
})

test('SIGTERM: who does not come to an end is cut off, and nothing of it is kept', async () => {
  await using server = await Server.start(options)
  using stuck = await inTransaction(server)
  await stuck.say('DATA\r\n')
  stuck.write(makeMessage('half', 2000).octets.subarray(0, 1000))
  assert.equal(await server.stop('SIGTERM'), 0)
  await assert.rejects(stuck.reply(), ConnectionLost)
  await server.start()
  using imap = await ImapSession.open(server.port('imap'), user)
  assert.equal((await imap.select('INBOX')).uidNext, 1)
})

async function inTransaction(server: Server): Promise<SmtpSender> {
  const smtp = await SmtpSender.connect(server.port('smtp'))
  await smtp.say(`MAIL FROM:<${sender}>\r\n`)
  assert.match(await smtp.say(`RCPT TO:<${user}>\r\n`), /^250 /)
  return smtp
}

async function bdat(smtp: SmtpSender, octets: Buffer, last: string): Promise<void> {
  smtp.write(`BDAT ${octets.length}${last}\r\n`)
  smtp.write(octets)
  assert.match(await smtp.reply(), /^250 /)
}

async function signedIn(server: Server): Promise<WireClient> {
  const client = await WireClient.connect(server.port('imap'))
  await client.line()
  client.write(`a LOGIN ${user} "${password}"\r\n`)
  assert.match(await client.line(), /^a OK/)
  return client
}
