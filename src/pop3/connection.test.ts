import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import net from 'node:net'
import test from 'node:test'
import type { TestContext } from 'node:test'
import { contextA } from '../../test/harness/certificate.ts'
import { Player } from '../../test/harness/play.ts'
import type { SignIn } from '../auth/sign-in.ts'
import { silent } from '../base/log.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import type { AccountId, EmailId, MailboxId, ModSeq, Uid } from '../mail/ids.ts'
import type { Mailbox, Message } from '../store/mailbox.ts'
import { listen } from '../wire/listen.ts'
import type { MaildropStore } from './maildrop.ts'
import { pop3Server } from './server.ts'
import type { Pop3Dependencies } from './session.ts'

const annsAccount = 7 as AccountId
const inboxId = 3 as MailboxId
const uidValidity = 1234

/** An inbox of these messages; UIDs 10, 20, 30 … */
class FakeStore implements MaildropStore {
  readonly messagesByUid = new Map<number, Buffer>()
  readonly expunged: unknown[] = []
  fault: Error | undefined
  refuse = false

  constructor(messages: readonly string[]) {
    for (const [index, message] of messages.entries()) this.messagesByUid.set((index + 1) * 10, Buffer.from(message, 'latin1'))
  }

  mailbox(accountId: AccountId, name: string): Promise<Mailbox> {
    assert.deepEqual([accountId, name], [annsAccount, 'INBOX'])
    const sizeBytes = [...this.messagesByUid.values()].reduce((sum, message) => sum + message.length, 0)
    const messages = this.messagesByUid.size
    return Promise.resolve({
      mailboxId: inboxId,
      name,
      specialUse: null,
      subscribed: true,
      uidValidity,
      uidNext: 1000 as Uid,
      recentFrom: 1 as Uid,
      messages,
      unseen: 0,
      sizeBytes,
      highestModSeq: 1 as ModSeq,
    })
  }

  async view(accountId: AccountId, mailboxId: MailboxId) {
    assert.equal(mailboxId, inboxId)
    const mailbox = await this.mailbox(accountId, 'INBOX')
    const uids = Uint32Array.from(this.messagesByUid.keys())
    return { mailbox, uids, system: new Uint8Array(uids.length), keywords: new Uint16Array(uids.length), keywordSets: [''] }
  }

  async *messages(_accountId: AccountId, _mailboxId: MailboxId, ranges: readonly (readonly [number, number])[]): AsyncIterable<readonly Message[]> {
    await Promise.resolve()
    if (this.fault !== undefined) throw this.fault
    const uids = [...this.messagesByUid.keys()].filter((uid) => ranges.some(([first, last]) => uid >= first && uid <= last))
    for (let from = 0; from < uids.length; from += 3) yield uids.slice(from, from + 3).map((uid) => this.#message(uid))
  }

  read(body: Message['body'], start: number, end: number): Promise<Uint8Array> {
    if (this.fault !== undefined) return Promise.reject(this.fault)
    const octets = this.messagesByUid.get(body.location.offset)
    assert.ok(octets !== undefined && start >= 0 && end <= octets.length)
    return Promise.resolve(octets.subarray(start, end))
  }

  expunge(_accountId: AccountId, _mailboxId: MailboxId, ranges: readonly (readonly [number, number])[], options: { deletedOnly: boolean }) {
    if (this.fault !== undefined) return Promise.reject(this.fault)
    if (this.refuse) return Promise.resolve({ refused: 'no-such-mailbox' as const })
    this.expunged.push(ranges, options)
    const uids = [...this.messagesByUid.keys()].filter((uid) => ranges.some(([first, last]) => uid >= first && uid <= last))
    for (const uid of uids) this.messagesByUid.delete(uid)
    return Promise.resolve({ done: { modSeq: 2 as ModSeq, uids: uids as Uid[] } })
  }

  #message(uid: number): Message {
    const sizeBytes = this.messagesByUid.get(uid)?.length ?? 0
    const none = new Uint8Array()
    const body = { location: { segment: 1, offset: uid }, prefixStart: 0, prefixLength: 0, octetsStart: 0, octetsLength: sizeBytes }
    return {
      uid: uid as Uid,
      emailId: uid as EmailId,
      system: 0,
      keywords: '',
      modSeq: 1 as ModSeq,
      internalDateMs: 0,
      sizeBytes,
      envelope: none,
      bodyStructure: none,
      parts: none,
      body,
    }
  }
}

const signIn: SignIn = {
  plaintextAllowed: () => true,
  withPassword(username, password, from) {
    assert.equal(from.protocol, 'pop3')
    if (username === 'locked@a.example') return Promise.resolve({ refused: 'locked' })
    if (username === 'hasty@a.example') return Promise.resolve({ refused: 'throttled' })
    if (username === 'unlucky@a.example') return Promise.resolve({ refused: 'unavailable' })
    const right = username === 'ann@a.example' && password === 'fish & chips'
    return Promise.resolve(right ? { signedIn: { accountId: annsAccount, address: { localPart: 'ann', domain: 'a.example' } } } : { refused: 'credentials' })
  },
}

async function serve(context: TestContext, store: FakeStore, options: Partial<Pop3Dependencies> = {}): Promise<Player> {
  const port = await serverPort(context, store, options)
  const player = await Player.connect(port)
  context.after(() => player.close())
  return player
}

async function serverPort(context: TestContext, store: FakeStore, options: Partial<Pop3Dependencies> = {}): Promise<number> {
  const server = pop3Server({ store, signIn, hostname: 'mx.a.example', log: silent, ...options })
  const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: server.serve })
  context.after(() => listener.close())
  return listener.address.port
}

const three = ['Subject: one\r\n\r\nfirst\r\n', 'Subject: two\r\n\r\n.dot\r\n..\r\nend\r\n', 'Subject: three\r\n\r\nno end of line']

const signedIn = `
  S: +OK mx.a.example POP3 ready
  C: USER ann@a.example
  S: +OK *
  C: PASS fish & chips
  S: +OK 3 messages, 86 octets
`

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

test('sign-in: the same answer to an unknown name and a wrong password, codes for the rest (RFC 3206)', async (t) => {
  const client = await serve(t, new FakeStore(three))
  const attempt = (name: string, answer: string) => `
    C: USER ${name}
    S: +OK send the password
    C: PASS wrong
    S: ${answer}
  `
  await client.play(`
    S: +OK *
    ${attempt('ann@a.example', '-ERR [AUTH] sign-in failed')}
    ${attempt('nobody@a.example', '-ERR [AUTH] sign-in failed')}
    ${attempt('locked@a.example', '-ERR [SYS/PERM] this mailbox is locked')}
    ${attempt('hasty@a.example', '-ERR [SYS/TEMP] too many failed sign-ins from there, try again later')}
    ${attempt('unlucky@a.example', '-ERR [SYS/TEMP] sign-in is not possible at the moment, try again later')}
    S: <closed>
  `)
})

test('SASL (RFC 5034): PLAIN with and without initial response, LOGIN, cancelled and broken ones', async (t) => {
  const plain = Buffer.from('\0ann@a.example\0fish & chips').toString('base64')
  const port = await serverPort(t, new FakeStore(three))
  const play = async (script: string) => {
    using client = await Player.connect(port)
    await client.play(script)
  }
  await play(`
    S: +OK *
    C: AUTH
    S: +OK *
    S: PLAIN
    S: LOGIN
    S: .
    C: AUTH KERBEROS_V4
    S: -ERR no such mechanism
    C: AUTH PLAIN
    S: +*
    C: QUJD
    S: -ERR not a response of PLAIN
    C: AUTH PLAIN
    S: +*
    C: *
    S: -ERR sign-in cancelled
    C: AUTH PLAIN !!!
    S: -ERR the initial response is not base64
    C: AUTH PLAIN =
    S: -ERR not a response of PLAIN
    C: AUTH PLAIN
    S: +*
    C> AAA\\n\\r\\n
    S: -ERR the response is too long or has no CRLF
    S: -ERR a line ends with CR LF
    C: AUTH PLAIN ${Buffer.from('bob@a.example\0ann@a.example\0fish & chips').toString('base64')}
    S: -ERR [AUTH] nobody may act for somebody else
    C: AUTH PLAIN ${Buffer.from('\0ann@a.example\0wrong').toString('base64')}
    S: -ERR [AUTH] sign-in failed
    C: AUTH PLAIN ${plain}
    S: +OK 3 messages, 86 octets
    C: STAT
    S: +OK 3 86
  `)
  await play(`
    S: +OK *
    C: AUTH PLAIN
    S: +*
    C: ${plain}
    S: +OK 3 messages, 86 octets
  `)
  await play(`
    S: +OK *
    C: AUTH LOGIN
    S: + VXNlcm5hbWU6
    C: ${Buffer.from('ann@a.example').toString('base64')}
    S: + UGFzc3dvcmQ6
    C: ${Buffer.from('fish & chips').toString('base64')}
    S: +OK 3 messages, 86 octets
  `)
})

test('without TLS nothing is asked that must not be answered; STLS starts anew (RFC 2595)', async (t) => {
  const onlyWithTls: SignIn = { ...signIn, plaintextAllowed: ({ tls }) => tls }
  const client = await serve(t, new FakeStore(three), { signIn: onlyWithTls, tls: contextA })
  await client.play(`
    S: +OK *
    C: CAPA
    S: +OK *
    S: TOP
    S: UIDL
    S: RESP-CODES
    S: AUTH-RESP-CODE
    S: PIPELINING
    S: EXPIRE NEVER
    S: LOGIN-DELAY 0
    S: IMPLEMENTATION Posthorn
    S: STLS
    S: .
    C: USER ann@a.example
    S: -ERR [AUTH] sign-in needs an encrypted connection, use STLS
    C: PASS fish & chips
    S: -ERR [AUTH] *
    C: AUTH PLAIN AGFubkBhLmV4YW1wbGUAeA==
    S: -ERR [AUTH] *
    C: STLS
    C: NOOP
    S: +OK begin TLS now
    T:
    C: CAPA
    S: +OK *
    S: ...
    S: USER
    S: SASL PLAIN LOGIN
    S: .
    C: STLS
    S: -ERR TLS is not available here, or on already
    C: PASS fish & chips
    S: -ERR USER first
    C: USER ann@a.example
    S: +OK *
    C: PASS fish & chips
    S: +OK 3 messages, 86 octets
    C: CAPA
    S: +OK *
    S: ...
    S: SASL PLAIN LOGIN
    S: .
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
