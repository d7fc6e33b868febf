import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import net from 'node:net'
import test from 'node:test'
import { Player } from '../../test/harness/play.ts'
import { FakeStore, serve, serverPort, signedIn, signIn, three } from '../../test/harness/pop3.ts'
import { silent } from '../base/log.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import { listen } from '../wire/listen.ts'
import { pop3Server } from './server.ts'

test('a session from sign-in to QUIT (RFC 1939 10)', async (t) => {
  const store = new FakeStore(three)
  const client = await serve(t, store)
  await client.play(`${signedIn}
    C: STAT
    S: +OK 3 86
    C: LIST
    S: +OK 3 messages, 86 octets
    S: 1 23
    S: 2 31
    S: 3 32
    S: .
    C: LIST 2
    S: +OK 2 31
    C: UIDL
    S: +OK *
    S: 1 1234.10
    S: 2 1234.20
    S: 3 1234.30
    S: .
    C: UIDL 3
    S: +OK 3 1234.30
    C: RETR 1
    S: +OK 23 octets
    S: Subject: one
    S:
    S: first
    S: .
    C: RETR 2
    S: +OK 31 octets
    S: Subject: two
    S:
    S: ..dot
    S: ...
    S: end
    S: .
    C: RETR 3
    S: +OK 32 octets
    S: Subject: three
    S:
    S: no end of line
    S: .
    C: TOP 2 1
    S: +OK
    S: Subject: two
    S:
    S: ..dot
    S: .
    C: TOP 2 0
    S: +OK
    S: Subject: two
    S:
    S: .
    C: NOOP
    S: +OK *
    C: DELE 1
    S: +OK *
    C: DELE 2
    S: +OK *
    C: STAT
    S: +OK 1 32
    C: LIST
    S: +OK 1 messages, 32 octets
    S: 3 32
    S: .
    C: UIDL
    S: +OK *
    S: 3 1234.30
    S: .
    C: QUIT
    S: +OK bye, 1 messages left
    S: <closed>
  `)
  assert.deepEqual(store.expunged, [[[10, 20]], { deletedOnly: false }])
})

test('RSET takes the marks back, and a connection that ends without QUIT removes nothing', async (t) => {
  const store = new FakeStore(three)
  const client = await serve(t, store)
  await client.play(`${signedIn}
    C: DELE 2
    S: +OK *
    C: RETR 2
    S: -ERR no such message
    C: RSET
    S: +OK 3 messages
    C: LIST 2
    S: +OK 2 31
    C: DELE 3
    S: +OK *
  `)
  client.endWriting()
  await client.play('S: <closed>')
  assert.deepEqual(store.expunged, [])
})

test('QUIT that cannot remove says so; before sign-in it is only good-bye', async (t) => {
  const store = new FakeStore(three)
  const client = await serve(t, store)
  await client.play(`${signedIn}
    C: DELE 2
    S: +OK *
  `)
  store.refuse = true
  await client.play(`
    C: QUIT
    S: -ERR [SYS/TEMP] some deleted messages are not removed
    S: <closed>
  `)
  const second = await serve(t, store)
  await second.play(`
    S: +OK *
    C: QUIT
    S: +OK bye
    S: <closed>
  `)
})

test('messages that are not there, and commands that are none', async (t) => {
  const client = await serve(t, new FakeStore(three))
  await client.play(`
    S: +OK *
    C: STAT
    S: -ERR sign in first
    C: RETR 1
    S: -ERR sign in first
    C: PASS x
    S: -ERR USER first
    C: APOP ann 00
    S: -ERR unknown command
    C> USER a\\nb\\r\\n
    S: -ERR a line ends with CR LF
    S: -ERR a line ends with CR LF
    C> NO\\rOP\\r\\n
    S: -ERR a line ends with CR LF
    C: USER ann@a.example
    S: +OK *
    C: PASS fish & chips
    S: +OK *
    C: USER ann@a.example
    S: -ERR signed in already
    C: STLS
    S: -ERR signed in already
    C: AUTH PLAIN
    S: -ERR signed in already
    C: RETR 0
    S: -ERR no such message
    C: RETR 4
    S: -ERR no such message
    C: LIST 4
    S: -ERR no such message
    C: UIDL 4
    S: -ERR no such message
    C: TOP 4 1
    S: -ERR no such message
    C: DELE 4
    S: -ERR no such message
    C: DELE 1
    S: +OK *
    C: DELE 1
    S: -ERR no such message
    C: RETR
    S: -ERR RETR needs one message number
    C: ${'x'.repeat(2300)}
    S: -ERR the line is too long
    C: NOOP
    S: +OK *
  `)
})

test('what another session removed answers -ERR, and the numbers stay', async (t) => {
  const store = new FakeStore(three)
  const client = await serve(t, store)
  await client.play(signedIn)
  store.messagesByUid.delete(20)
  store.messagesByUid.set(40, Buffer.from('new\r\n'))
  await client.play(`
    C: RETR 2
    S: -ERR another session has removed this message
    C: TOP 2 1
    S: -ERR another session has removed this message
    C: LIST
    S: +OK 3 messages, 86 octets
    S: 1 23
    S: 3 32
    S: .
    C: RETR 4
    S: -ERR no such message
    C: RETR 3
    S: +OK 32 octets
    S: ...
    S: .
    C: DELE 2
    S: +OK *
    C: QUIT
    S: +OK bye, * messages left
    S: <closed>
  `)
})

test('commands may be sent together (RFC 2449 6.6)', async (t) => {
  const client = await serve(t, new FakeStore(three))
  await client.play(`
    S: +OK *
    C: USER ann@a.example
    C: PASS fish & chips
    C: STAT
    C: RETR 1
    C: DELE 1
    C: STAT
    C: QUIT
    C: STAT
    S: +OK *
    S: +OK 3 messages, 86 octets
    S: +OK 3 86
    S: +OK 23 octets
    S: Subject: one
    S:
    S: first
    S: .
    S: +OK *
    S: +OK 2 63
    S: +OK bye, 2 messages left
    S: <closed>
  `)
})

test('too many bad commands end the connection', async (t) => {
  const client = await serve(t, new FakeStore(three), { limits: { badCommands: 3 } })
  await client.play(`
    S: +OK *
    C: X
    S: -ERR *
    C: X
    S: -ERR *
    C: CAPA
    S: ...
    S: .
    C: X
    S: -ERR *
    C: X
    S: -ERR *
    C: X
    S: -ERR unknown command
    S: -ERR too many bad commands
    S: <closed>
  `)
})

test('a fault of ours is a temporary failure, logged without the password', async (t) => {
  const store = new FakeStore(three)
  const logged: string[] = []
  const note = (event: string, fields?: object) => logged.push(`${event} ${JSON.stringify(fields)}`)
  const client = await serve(t, store, { log: { ...silent, warn: note, error: note } })
  await client.play(signedIn)
  store.fault = new DatabaseUnavailable('gone')
  await client.play(`
    C: RETR 1
    S: -ERR [SYS/TEMP] temporary failure, try again later
    C: STAT
    S: +OK 3 86
  `)
  store.fault = undefined
  await client.play(`
    C: RETR 1
    S: +OK 23 octets
  `)
  assert.equal(logged.length, 1)
  assert.ok(!logged.join().includes('chips'))
})

test('silence before sign-in is cut off, and after it removes nothing (RFC 1939 3)', async (t) => {
  const store = new FakeStore(three)
  const quiet = await serve(t, store, { limits: { signInMs: 50 } })
  await quiet.play('S: +OK *\nS: <closed>')
  const client = await serve(t, store, { limits: { idleMs: 50 } })
  await client.play(`${signedIn}
    C: DELE 1
    S: +OK *
    S: <closed>
  `)
  assert.deepEqual(store.expunged, [])
})

test('a server that stops says so and removes nothing', async (t) => {
  const store = new FakeStore(three)
  const server = pop3Server({ store, signIn, hostname: 'mx.a.example', log: silent })
  const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: server.serve })
  t.after(() => listener.close())
  using client = await Player.connect(listener.address.port)
  await client.play(`${signedIn}
    C: DELE 1
    S: +OK *
  `)
  for (const peer of listener.peers) peer.drain()
  await client.play(`
    S: -ERR [SYS/TEMP] server is going down for maintenance
    S: <closed>
  `)
  assert.deepEqual(store.expunged, [])
})

test('a large message arrives whole, and a client that does not read holds it up', async (t) => {
  const line = `${'.'.repeat(30)}\r\n`
  const message = `Subject: large\r\n\r\n${line.repeat(400_000)}`
  const store = new FakeStore([message])
  let furthest = 0
  const read = store.read.bind(store)
  store.read = (body, start, end) => {
    furthest = Math.max(furthest, end)
    return read(body, start, end)
  }
  const socket = net.connect(await serverPort(t, store), '127.0.0.1')
  t.after(() => socket.destroy())
  socket.write('USER ann@a.example\r\nPASS fish & chips\r\nRETR 1\r\nQUIT\r\n')
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.ok(furthest < message.length, `read ahead to ${furthest} of ${message.length}`)
  const pieces: Buffer[] = []
  for await (const piece of socket) pieces.push(piece as Buffer)
  const answer = Buffer.concat(pieces).toString('latin1')
  const body = answer.slice(answer.indexOf('Subject:'), answer.lastIndexOf('.\r\n+OK bye'))
  const unstuffed = body.replaceAll('\r\n..', '\r\n.')
  assert.equal(createHash('sha256').update(unstuffed).digest('hex'), createHash('sha256').update(message).digest('hex'))
})

test('LANG and UTF8 (RFC 6856)', async (t) => {
  const client = await serve(t, new FakeStore(three))
  await client.play(`
    S: +OK *
    C: LANG
    S: +OK languages follow
    S: en English
    S: de Deutsch
    S: .
    C: LANG fr
    S: -ERR no such language
    C: LANG de-AT
    S: +OK de von nun an in dieser Sprache
    C: UTF8
    S: +OK Namen und Kopfzeilen d${Buffer.from('ü').toString('latin1')}rfen UTF-8 sein
    C: UTF8 now
    S: -ERR UTF8 nimmt kein Argument
    C: STAT
    S: -ERR erst anmelden
    C: USER ann@a.example
    S: +OK jetzt das Passwort
    C: PASS fish & chips
    S: +OK 3 Nachrichten, 86 Oktette
    C: UTF8
    S: -ERR schon angemeldet
    C: STAT
    S: +OK 3 86
    C: LIST
    S: +OK 3 Nachrichten, 86 Oktette
    S: ...
    S: .
    C: RETR 9
    S: -ERR diese Nachricht gibt es nicht
    C: RETR 1
    S: +OK 23 Oktette
    S: ...
    S: .
    C: LANG *
    S: +OK en this language from now on
    C: QUIT
    S: +OK bye, 3 messages left
    S: <closed>
  `)
})
