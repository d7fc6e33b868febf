import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import test from 'node:test'
import { imapClient, statusOf } from '../harness/imap-client.ts'
import { Player } from '../harness/play.ts'
import { eventually, Server } from '../harness/server.ts'

const user = 'ann@a.example'

/** TARGETS.md: what a server that has just started may hold, MB of 2^20. */
const startedMb = 150

test('a server that has just started listens, is small, and keeps its control socket to itself', async () => {
  await using server = await Server.start()
  assert.deepEqual([...server.ports.keys()].sort(), ['http', 'https', 'imap', 'imaps', 'pop3', 'pop3s', 'smtp', 'submission', 'submissions'])
  const status = await readFile(`/proc/${server.pid}/status`, 'latin1')
  const residentMb = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
  assert.ok(residentMb <= startedMb, `${residentMb} MB`)
  assert.equal((await stat(path.join(server.data, 'control.sock'))).mode & 0o777, 0o600)
  assert.equal((await stat(server.data)).mode & 0o077, 0)
  assert.deepEqual(server.complaints(), [])
  assert.equal(await server.stop(), 0)
  assert.deepEqual(
    server.log.slice(-2).map(({ event }) => event),
    ['stopping', 'stopped'],
  )
})

test('a stop lets the transaction under way come to its end', async () => {
  await using server = await Server.start({ mailboxes: [user], addressSettings: ['greylisting=off'], settings: ['greeting.delay=0'] })
  const port = server.port('smtp')
  using client = await Player.connect(port)
  await client.play(`
    S: 220 *
    C: EHLO client.example
    S: ...
    S: 250 *
    C: MAIL FROM:<carl@sender.example>
    S: 250 *
    C: RCPT TO:<${user}>
    S: 250 *
    C: DATA
    S: 354 *
    C: Subject: half
    C:
  `)
  const stopped = server.stop()
  await eventually('nobody else is let in', async () => ((await isRefused(port)) ? true : undefined))
  await client.play(`
    C: the other half
    C: .
    S: 250 *
    S: 421 *
    S: <closed>
  `)
  assert.equal(await stopped, 0)
  await server.start()
  await using mail = await imapClient(server, user)
  assert.equal((await statusOf(mail, 'INBOX')).messages, 1)
})

test('one data folder has one server, and the second says so', async () => {
  await using server = await Server.start()
  const { code, stdout, stderr } = await server.run(['start'])
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /^posthorn: .*\b(runs|lock|another|use)\b/m)
})

test('what is wrong in the configuration is said at the start, line by line', async () => {
  await using server = await Server.prepare()
  await writeFile(server.configFile, 'hostname = "mx.example.org"\n[listen]\nsmpt = "127.0.0.1:2525"\nimap = "loopback"\n')
  const { code, stdout, stderr } = await server.run(['start'])
  assert.notEqual(code, 0)
  assert.equal(stdout, '')
  assert.match(stderr, /posthorn\.toml:3: listen\.smpt: .*"?(listen\.)?smtp"?/)
  assert.match(stderr, /posthorn\.toml:4: listen\.imap: /)
})

test('a certificate that cannot be used is named, with what is wrong', async () => {
  const missing = '/nowhere/fullchain.pem'
  await using server = await Server.prepare({ tables: `[tls]\ncertificate = "${missing}"\nkey = "/nowhere/key.pem"` })
  const { code, stdout, stderr } = await server.run(['start'])
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
  assert.match(stderr, new RegExp(`^posthorn: ${missing}: there is no such file$`, 'm'))
})

async function isRefused(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return false
  } catch {
    return true
  } finally {
    socket.destroy()
  }
}
