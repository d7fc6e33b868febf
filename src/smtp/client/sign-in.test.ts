import assert from 'node:assert/strict'
import test from 'node:test'
import { RemoteMx } from '../../../test/harness/remote-mx.ts'
import { Connection, RemoteFault } from './connection.ts'
import { readExtensions } from './extensions.ts'
import { timeouts } from './limits.ts'
import { openSession, type SessionOptions } from './session.ts'
import { signIn } from './sign-in.ts'

const offers = (mechanisms: string) => `S: 220 x\nC: EHLO *\nS: 250-x\nS: 250 AUTH ${mechanisms}`
const base64 = (text: string) => Buffer.from(text).toString('base64')
const options = (remote: RemoteMx, more: Partial<SessionOptions> = {}): SessionOptions => ({
  ...{ ip: '127.0.0.1', port: remote.port, localIp: undefined, helloName: 'mx.a.example', tls: { use: 'none' } },
  ...{ signIn: { user: 'ann', password: 'sésame' }, ...more },
})
const accepts = { use: 'implicit', serverName: 'smart.example', refuse: () => undefined } as const

for (const [what, script] of [
  ['PLAIN (RFC 4616)', `${offers('LOGIN PLAIN')}\nC: AUTH PLAIN\nS: 334 \nC: ${base64('\0ann\0sésame')}\nS: 235 2.7.0 in`],
  [
    'LOGIN where there is nothing else',
    `${offers('LOGIN XOAUTH2')}\nC: AUTH LOGIN\nS: 334 x\nC: ${base64('ann')}\nS: 334 y\nC: ${base64('sésame')}\nS: 235 in`,
  ],
] as const) {
  test(`signing in at another server: ${what}`, async () => {
    await using remote = await RemoteMx.start(script)
    const session = await openSession(options(remote))
    session.connection.close()
    assert.deepEqual(remote.faults, [])
  })
}

for (const [what, script] of [
  ['a wrong password', `${offers('PLAIN')}\nC: AUTH PLAIN\nS: 334 \nC: *\nS: 535 5.7.8 no: ${base64('\0ann\0sésame')}`],
  ['no mechanism that we know', offers('SCRAM-SHA-256')],
  ['no AUTH at all', 'S: 220 x\nC: EHLO *\nS: 250 x'],
] as const) {
  test(`${what} is no message's fault, and does not tell the password`, async () => {
    await using remote = await RemoteMx.start(script)
    await assert.rejects(openSession(options(remote)), (error) => {
      assert.ok(error instanceof RemoteFault)
      assert.equal(error.kind, 'sign-in')
      assert.ok(!error.message.includes(base64('\0ann\0sésame')))
      return true
    })
  })
}

test('TLS from the first octet (RFC 8314), and signing in within it', async () => {
  await using remote = await RemoteMx.start(`T:\n${offers('PLAIN')}\nC: AUTH PLAIN\nS: 334 \nC: *\nS: 235 in`)
  const session = await openSession(options(remote, { tls: accepts }))
  assert.match(session.tls ?? '', /^TLSv1\.3/)
  session.connection.close()
  assert.deepEqual(remote.faults, [])
  await assert.rejects(openSession(options(remote, { tls: { ...accepts, refuse: () => 'not that one' } })), /not that one/)
})

test('a password never goes out in the clear', async () => {
  await using remote = await RemoteMx.start('S: 220 x\nC: AUTH *')
  const connection = await Connection.open({ ip: '127.0.0.1', port: remote.port, localIp: undefined }, timeouts)
  const extensions = readExtensions({ code: 250, enhanced: undefined, lines: ['x', 'AUTH PLAIN'] })
  await assert.rejects(signIn({ connection, extensions, isPrivate: false, limitMs: 100 }, { user: 'ann', password: 'x' }), /not sent in the clear/)
  connection.close()
})
