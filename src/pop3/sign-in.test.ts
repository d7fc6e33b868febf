import test from 'node:test'
import { contextA } from '../../test/harness/certificate.ts'
import { Player } from '../../test/harness/play.ts'
import { FakeStore, serve, serverPort, signIn, three } from '../../test/harness/pop3.ts'
import { passwordSignIn } from '../../test/harness/sign-in.ts'

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
  const onlyWithTls = passwordSignIn({ ...signIn, plaintextAllowed: ({ tls }) => tls })
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
    S: UTF8 USER
    S: LANG
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
