import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap } from '../../../test/harness/imap.ts'
import type { SignInRefusal } from '../../auth/sign-in.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

test('sign-in', async (t) => {
  const server = await startImap(t)
  const rows: readonly { readonly name: string; readonly script: string }[] = [
    { name: 'LOGIN', script: 'C: a LOGIN ann secret\nS: a OK [CAPABILITY *] signed in' },
    { name: 'LOGIN quoted', script: 'C: a LOGIN "ann@a.example" "secret"\nS: a OK *' },
    { name: 'LOGIN with literals', script: 'C: a LOGIN {3}\nS: + *\nC: ann {6}\nS: + *\nC: secret\nS: a OK *' },
    { name: 'LOGIN wrong', script: 'C: a LOGIN ann wrong\nS: a NO [AUTHENTICATIONFAILED] sign-in failed\nC: b LOGIN ann secret\nS: b OK *' },
    { name: 'LOGIN without password', script: 'C: a LOGIN ann\nS: a BAD *' },
    { name: 'LOGIN with too much', script: 'C: a LOGIN ann secret x\nS: a BAD *' },
    { name: 'PLAIN', script: `C: a AUTHENTICATE PLAIN\nS: +*\nC: ${base64('\0ann\0secret')}\nS: a OK *` },
    { name: 'PLAIN, initial response (RFC 4959)', script: `C: a AUTHENTICATE PLAIN ${base64('\0ann\0secret')}\nS: a OK *` },
    { name: 'PLAIN in lower case', script: `C: a authenticate plain ${base64('\0ann\0secret')}\nS: a OK *` },
    { name: 'PLAIN naming oneself', script: `C: a AUTHENTICATE PLAIN ${base64('ann\0ann\0secret')}\nS: a OK *` },
    { name: 'PLAIN naming another', script: `C: a AUTHENTICATE PLAIN ${base64('bob\0ann\0secret')}\nS: a NO [AUTHENTICATIONFAILED] *` },
    { name: 'PLAIN, not base64', script: 'C: a AUTHENTICATE PLAIN !!!!\nS: a BAD *' },
    { name: 'PLAIN, padding missing', script: `C: a AUTHENTICATE PLAIN ${base64('\0ann\0secret').slice(0, -1)}\nS: a BAD *` },
    { name: 'PLAIN, not three parts', script: `C: a AUTHENTICATE PLAIN ${base64('ann\0secret')}\nS: a BAD *` },
    { name: 'PLAIN, empty response', script: 'C: a AUTHENTICATE PLAIN =\nS: a BAD *' },
    { name: 'PLAIN, cancelled', script: 'C: a AUTHENTICATE PLAIN\nS: +*\nC: *\nS: a BAD cancelled' },
    { name: 'PLAIN, too long', script: `C: a AUTHENTICATE PLAIN\nS: +*\nC: ${'A'.repeat(3000)}\nS: a BAD *\nC: b LOGIN ann secret\nS: b OK *` },
    {
      name: 'LOGIN mechanism',
      script: `C: a AUTHENTICATE LOGIN\nS: + VXNlcm5hbWU6\nC: ${base64('ann')}\nS: + UGFzc3dvcmQ6\nC: ${base64('secret')}\nS: a OK *`,
    },
    {
      name: 'LOGIN mechanism, initial response',
      script: `C: a AUTHENTICATE LOGIN ${base64('ann')}\nS: + UGFzc3dvcmQ6\nC: ${base64('wrong')}\nS: a NO [AUTHENTICATIONFAILED] *`,
    },
    { name: 'unknown mechanism', script: 'C: a AUTHENTICATE CRAM-MD5\nS: a NO [CANNOT] no such mechanism' },
    { name: 'no mechanism', script: 'C: a AUTHENTICATE\nS: a BAD *' },
  ]
  for (const { name, script } of rows) {
    await t.test(name, async () => {
      const client = await server.connect()
      await client.play(script)
      client.close()
    })
  }
})

test('sign-in in the clear where it is not allowed (LOGINDISABLED, RFC 9051 6.2.3)', async (t) => {
  const server = await startImap(t, { plaintext: false })
  const client = await server.connect()
  await client.play(`
    C: a CAPABILITY
    S: * CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID STARTTLS LOGINDISABLED
    S: a OK *
    C: b LOGIN ann secret
    S: b NO [PRIVACYREQUIRED] *
    C: c AUTHENTICATE PLAIN
    S: c NO [PRIVACYREQUIRED] *
    C: d STARTTLS
    S: d OK *
    T:
    C: e LOGIN ann secret
    S: e OK *
  `)
})

test('each refusal has its code (RFC 5530)', async (t) => {
  let refused: SignInRefusal = 'credentials'
  const server = await startImap(t, { signIn: { withPassword: async () => ({ refused }) }, limits: { failedSignIns: 10 } })
  const client = await server.connect()
  const codes: Readonly<Record<SignInRefusal, string>> = {
    credentials: 'AUTHENTICATIONFAILED',
    plaintext: 'PRIVACYREQUIRED',
    locked: 'CONTACTADMIN',
    'app-password': 'AUTHENTICATIONFAILED',
    throttled: 'LIMIT',
    unavailable: 'UNAVAILABLE',
  }
  for (const [refusal, code] of Object.entries(codes)) {
    refused = refusal as SignInRefusal
    await client.play(`C: a LOGIN ann secret\nS: a NO [${code}] *`)
  }
  assert.deepEqual(server.errors, [])
})
