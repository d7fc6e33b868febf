import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { contextA } from '../../../test/harness/certificate.ts'
import { passwordSignIn } from '../../../test/harness/sign-in.ts'
import { type SmtpTestOptions, startSmtp } from '../../../test/harness/smtp.ts'
import type { OpenSession } from '../../auth/open-sessions.ts'
import type { SignIn, SignInRefusal } from '../../auth/sign-in.ts'
import type { AccountId } from '../../mail/ids.ts'
import { systemClock } from '../../base/clock.ts'
import type { Submission } from './session.ts'

const refusals: Record<string, SignInRefusal> = { locked: 'locked', throttled: 'throttled', unavailable: 'unavailable' }

/** ann signs in with "secret"; other passwords name the refusal. Passwords go over TLS only, unless said otherwise. */
function signIn({ plaintext = false, sessions = [] as OpenSession[] } = {}): SignIn {
  const passwords = passwordSignIn({
    plaintextAllowed: ({ tls }) => tls || plaintext,
    async withPassword(username, password) {
      if (username === 'ann@a.example' && password === 'secret') {
        return { signedIn: { accountId: 1 as AccountId, address: { localPart: 'ann', domain: 'a.example' } } }
      }
      return { refused: refusals[password] ?? 'credentials' }
    },
  })
  return { ...passwords, opened: (session) => void sessions.push(session), closed: (session) => void sessions.splice(sessions.indexOf(session), 1) }
}

function submission(options: Parameters<typeof signIn>[0] = {}, more: Partial<Submission> = {}): Submission {
  return { signIn: signIn(options), showClient: () => false, ...more }
}

const open = (t: TestContext, options: SmtpTestOptions = {}) => startSmtp(t, { submission: submission({ plaintext: true }), ...options })

const plain = (password: string) => Buffer.from(`\0ann@a.example\0${password}`).toString('base64')
const ehlo = `
  S: 220 mx.a.example ESMTP *
  C: EHLO laptop
  S: 250-mx.a.example
  S: ...
  S: 250 HELP
`
const signedIn = `
  ${ehlo}
  C: AUTH PLAIN ${plain('secret')}
  S: 235 2.7.0 *
`

test('passwords go over TLS: AUTH is offered there, and nothing is taken before it (RFC 6409 4.3, RFC 4954 4)', async (t) => {
  const server = await open(t, { submission: submission() })
  await server.play(`
    S: 220 mx.a.example ESMTP *
    C: EHLO laptop
    S: 250-mx.a.example
    S: 250-PIPELINING
    S: 250-SIZE 1000000
    S: 250-STARTTLS
    S: 250-ENHANCEDSTATUSCODES
    S: 250-8BITMIME
    S: 250-SMTPUTF8
    S: 250-CHUNKING
    S: 250-DSN
    S: 250-MT-PRIORITY
    S: 250-FUTURERELEASE 2592000 20*Z
    S: 250-LIMITS *
    S: 250 HELP
    C: AUTH PLAIN ${plain('secret')}
    S: 538 5.7.11 *
    C: MAIL FROM:<ann@a.example>
    S: 530 5.7.0 Must issue a STARTTLS command first
    C: STARTTLS
    S: 220 2.0.0 *
    T:
    C: AUTH PLAIN ${plain('secret')}
    S: 503 5.5.1 EHLO or HELO first
    C: EHLO laptop
    S: ...
    S: 250-AUTH PLAIN LOGIN
    S: 250-DSN
    S: 250-REQUIRETLS
    S: ...
    S: 250 HELP
    C: MAIL FROM:<ann@a.example>
    S: 530 5.7.0 Sign in first *
    C: RCPT TO:<bob@b.example>
    S: 503 5.5.1 *
    C: AUTH PLAIN ${plain('secret')}
    S: 235 2.7.0 *
    C: AUTH PLAIN ${plain('secret')}
    S: 503 5.5.1 Signed in already
    C: MAIL FROM:<ann@a.example> REQUIRETLS
    S: 250 2.1.0 *
    C: AUTH PLAIN ${plain('secret')}
    S: 503 5.5.1 *
  `)
})

/** Each on its own connection, after EHLO: AUTH and what is answered; the second line answers a challenge. */
const exchanges: readonly (readonly [what: string, script: string])[] = [
  ['an initial response', `C: AUTH PLAIN ${plain('secret')}\nS: 235 2.7.0 *`],
  ['any case', `C: auth plain ${plain('secret')}\nS: 235 2.7.0 *`],
  ['a challenge', `C: AUTH PLAIN\nS: 334*\nC: ${plain('secret')}\nS: 235 2.7.0 *`],
  [
    'LOGIN',
    `C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: ${Buffer.from('ann@a.example').toString('base64')}\nS: 334 UGFzc3dvcmQ6\nC: ${Buffer.from('secret').toString('base64')}\nS: 235 *`,
  ],
  ['a wrong password', `C: AUTH PLAIN ${plain('wrong')}\nS: 535 5.7.8 *`],
  ['a locked mailbox', `C: AUTH PLAIN ${plain('locked')}\nS: 525 5.7.13 *`],
  ['one that is braked', `C: AUTH PLAIN ${plain('throttled')}\nS: 454 4.7.0 *`],
  ['a fault of ours', `C: AUTH PLAIN ${plain('unavailable')}\nS: 454 4.7.0 *`],
  ['no such mechanism', 'C: AUTH CRAM-MD5\nS: 504 5.5.4 *'],
  ['no mechanism', 'C: AUTH\nS: 501 5.5.4 *'],
  ['three words', 'C: AUTH PLAIN a b\nS: 501 5.5.4 *'],
  ['no base64', 'C: AUTH PLAIN !!!!\nS: 501 5.5.2 *'],
  ['no base64 in a response', 'C: AUTH PLAIN\nS: 334*\nC: !!!!\nS: 501 5.5.2 *'],
  ['an empty initial response', 'C: AUTH PLAIN =\nS: 501 5.5.2 *'],
  ['cancelled', 'C: AUTH PLAIN\nS: 334*\nC: *\nS: 501 5.7.0 *\nC: NOOP\nS: 250 *'],
  ['a response without end', `C: AUTH PLAIN\nS: 334*\nC: ${'A'.repeat(4000)}\nS: 500 5.5.6 *\nC: NOOP\nS: 250 *`],
  ['for somebody else', `C: AUTH PLAIN ${Buffer.from('bob@a.example\0ann@a.example\0secret').toString('base64')}\nS: 535 5.7.8 *`],
  ['STARTTLS comes first', `C: AUTH PLAIN ${plain('secret')}\nS: 235 *\nC: STARTTLS\nS: 503 5.5.1 *`],
  [
    'EHLO again does not sign out',
    `C: AUTH PLAIN ${plain('secret')}\nS: 235 *\nC: EHLO laptop\nS: ...\nS: 250 HELP\nC: MAIL FROM:<ann@a.example>\nS: 250 2.1.0 *`,
  ],
]

test('AUTH, good and bad (RFC 4954)', async (t) => {
  const server = await open(t)
  for (const [what, script] of exchanges) {
    const client = await server.connect()
    await client.play(`${ehlo}\n${script}`).catch((error: unknown) => assert.fail(`${what}: ${String(error)}`))
    client.close()
  }
})

test('who guesses, or talks nonsense, is sent away', async (t) => {
  const server = await open(t, { badCommandsAllowed: 1 })
  await server.play(`${ehlo}\nC: AUTH PLAIN ${plain('wrong')}\nS: 535 *\nC: AUTH PLAIN ${plain('wrong')}\nS: 421 4.7.0 *\nS: <closed>`)
})

test('on port 25 nobody signs in', async (t) => {
  const server = await startSmtp(t)
  await server.play(`${ehlo}\nC: AUTH PLAIN ${plain('secret')}\nS: 502 5.5.1 *\nC: MAIL FROM:<a@b.example> REQUIRETLS\nS: 555 5.5.4 *`)
})

const mails: readonly (readonly [parameters: string, reply: string])[] = [
  ['RET=FULL ENVID=QQ314159', '250 2.1.0 *'],
  ['ret=hdrs', '250 2.1.0 *'],
  ['RET=SOME', '501 5.5.4 *'],
  ['RET', '501 5.5.4 *'],
  ['RET=FULL RET=HDRS', '501 5.5.4 *'],
  ['ENVID=a+2Bb', '250 2.1.0 *'],
  ['ENVID=a+0D+0AX-Evil:+201', '501 5.5.4 *'],
  ['ENVID=a+2bb', '501 5.5.4 *'],
  [`ENVID=${'a'.repeat(101)}`, '501 5.5.4 *'],
  ['ENVID', '501 5.5.4 *'],
  ['REQUIRETLS', '555 5.5.4 *'],
  ['MT-PRIORITY=0', '250 2.1.0 *'],
  ['MT-PRIORITY=-9', '250 2.1.0 *'],
  ['MT-PRIORITY=2', '250 2.1.0 *'],
  ['MT-PRIORITY=9', '250 2.3.6 2 is *'],
  ['MT-PRIORITY=+3', '501 5.5.4 *'],
  ['MT-PRIORITY=10', '501 5.5.4 *'],
  ['MT-PRIORITY=-0', '501 5.5.4 *'],
  ['MT-PRIORITY', '501 5.5.4 *'],
  ['HOLDFOR=60', '250 2.1.0 *'],
  ['HOLDFOR=2592000', '250 2.1.0 *'],
  ['HOLDFOR=2592001', '501 5.5.4 *'],
  ['HOLDFOR=0', '501 5.5.4 *'],
  ['HOLDFOR=-1', '501 5.5.4 *'],
  ['HOLDUNTIL=2020-01-01T00:00:00Z', '250 2.1.0 *'],
  ['HOLDUNTIL=2099-01-01T00:00:00+01:00', '501 5.5.4 *'],
  ['HOLDUNTIL=2026-02-30T00:00:00Z', '501 5.5.4 *'],
  ['HOLDUNTIL=tomorrow', '501 5.5.4 *'],
  ['HOLDFOR=60 HOLDUNTIL=2020-01-01T00:00:00Z', '501 5.5.4 *'],
  ['AUTH=<>', '250 2.1.0 *'],
  ['AUTH=ann+40a.example', '250 2.1.0 *'],
  ['AUTH', '501 5.5.4 *'],
  ['BY=120;R', '555 5.5.4 *'],
]

test('MAIL with the parameters that are offered here (RFC 3461, 4865, 4954, 6710, 8689)', async (t) => {
  const server = await open(t)
  for (const [parameters, reply] of mails) {
    const client = await server.connect()
    await client.play(`${signedIn}\nC: MAIL FROM:<ann@a.example> ${parameters}\nS: ${reply}`)
    client.close()
  }
})

const rcpts: readonly (readonly [parameters: string, reply: string])[] = [
  ['NOTIFY=NEVER', '250 2.1.5 *'],
  ['NOTIFY=SUCCESS,FAILURE,DELAY', '250 2.1.5 *'],
  ['notify=delay', '250 2.1.5 *'],
  ['NOTIFY=NEVER,SUCCESS', '501 5.5.4 *'],
  ['NOTIFY=SUCCESS,SUCCESS', '501 5.5.4 *'],
  ['NOTIFY=ALWAYS', '501 5.5.4 *'],
  ['NOTIFY', '501 5.5.4 *'],
  ['ORCPT=rfc822;Bob+2Bx@b.example', '250 2.1.5 *'],
  ['ORCPT=Bob@b.example', '501 5.5.4 *'],
  ['ORCPT=rfc822;', '501 5.5.4 *'],
  ['ORCPT=rfc822;a+0Ab', '501 5.5.4 *'],
  [`ORCPT=rfc822;${'a'.repeat(500)}`, '501 5.5.4 *'],
  ['SIZE=1', '555 5.5.4 *'],
]

test('RCPT with the parameters that are offered here (RFC 3461)', async (t) => {
  const server = await open(t)
  for (const [parameters, reply] of rcpts) {
    const client = await server.connect()
    await client.play(`${signedIn}\nC: MAIL FROM:<ann@a.example>\nS: 250 *\nC: RCPT TO:<bob@b.example> ${parameters}\nS: ${reply}`)
    client.close()
  }
})

test('what was asked for goes with the message; where it came from does not (RFC 3848, RFC 6531)', async (t) => {
  const server = await open(t)
  const beforeMs = systemClock.now()
  await server.play(`
    ${signedIn}
    C: MAIL FROM:<ann@a.example> SMTPUTF8 BODY=8BITMIME RET=HDRS ENVID=e+2B1 MT-PRIORITY=-3 HOLDFOR=3600
    C: RCPT TO:<bob@a.example>
    C: RCPT TO:<Eve@b.example> NOTIFY=SUCCESS ORCPT=rfc822;eve+2Bx@b.example
    C: RCPT TO:<jürgen@b.example> ORCPT=utf-8;jürgen@b.example
    C: DATA
    S: 250 2.1.0 *
    S: 250 2.1.5 *
    S: 250 2.1.5 *
    S: 250 2.1.5 *
    S: 354 *
    C: From: ann@a.example
    C: 
    C: Hello
    C: .
    S: 250 2.0.0 Ok: queued as *
  `)
  const [message] = server.kept
  const [form] = message?.outgoing ?? []
  assert.ok(message !== undefined && form !== undefined)
  assert.match(message.received, /^Received: from mx\.a\.example \(signed in\)\r\n\tby mx\.a\.example with UTF8SMTPA id \w+; /)
  assert.equal(form.fields, `X-Ours: 1\r\n${message.received}`)
  const { notBeforeMs = 0, recipients, utf8, eightBit, requireTls, priority, ret, envelopeId } = form
  assert.deepEqual(
    { utf8, eightBit, requireTls, priority, ret, envelopeId },
    { utf8: true, eightBit: true, requireTls: false, priority: -3, ret: 'hdrs', envelopeId: 'e+1' },
  )
  assert.ok(notBeforeMs >= beforeMs + 3_600_000 && notBeforeMs < beforeMs + 3_700_000)
  assert.deepEqual(recipients, [
    { address: 'Eve@b.example', dsn: { notify: ['success'], originalRecipient: 'rfc822;eve+x@b.example' } },
    { address: 'jürgen@b.example', dsn: { notify: undefined, originalRecipient: 'utf-8;jürgen@b.example' } },
  ])
  assert.equal(message.recipients.length, 1)
})

test('an operator may show where a message came from; it is for its only recipient', async (t) => {
  const server = await open(t, { submission: submission({ plaintext: true }, { showClient: () => true }) })
  await server.play(`${signedIn}\nC: MAIL FROM:<ann@a.example>\nC: RCPT TO:<eve@b.example>\nC: DATA\nS: 250 *\nS: 250 *\nS: 354 *\nC: Hello\nC: .\nS: 250 *`)
  assert.match(
    server.kept[0]?.received ?? '',
    /^Received: from laptop \(\[127\.0\.0\.1\]\)\r\n\tby mx\.a\.example with ESMTPA id \w+\r\n\tfor <eve@b\.example>; /,
  )
})

test('who is signed out meanwhile hears of it, between commands and after one (auth/open-sessions.ts)', async (t) => {
  const sessions: OpenSession[] = []
  const server = await open(t, { submission: submission({ plaintext: true, sessions }) })
  const client = await server.connect()
  await client.play(signedIn)
  sessions[0]?.revoked()
  await client.play('S: 421 4.7.0 Signed out: *\nS: <closed>')
  assert.deepEqual(sessions, [])
})

test('TLS from the first octet where it is implicit (RFC 8314 3.3)', async (t) => {
  const server = await open(t, {
    submission: submission({}, { handshake: async (peer) => (await peer.acceptTls(contextA()), true) }),
  })
  const client = await server.connect({ tls: true })
  await client.play(`S: 220 *\nC: EHLO laptop\nS: ...\nS: 250-AUTH *\nS: ...\nS: 250 HELP\nC: STARTTLS\nS: 503 5.5.1 *`)
  client.close()
})
