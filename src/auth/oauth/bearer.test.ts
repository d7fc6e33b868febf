import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type BearerMechanism, parseBearer } from './bearer.ts'

for (const [mechanism, message, expected] of [
  ['OAUTHBEARER', 'n,a=ann@a.example,^host=mx.a.example^port=143^auth=Bearer vF9dft4qmT^^', 'ann@a.example vF9dft4qmT'],
  ['OAUTHBEARER', 'n,,^auth=bearer a.b-c_d~e+f/g==^^', ' a.b-c_d~e+f/g=='],
  ['OAUTHBEARER', 'y,a=a=2Cb=3Dc,^auth=Bearer x^^', 'a,b=c x'],
  ['OAUTHBEARER', 'n,a=a=2cb,^auth=Bearer x^^', undefined],
  ['OAUTHBEARER', 'p=tls-exporter,,^auth=Bearer x^^', undefined],
  ['OAUTHBEARER', 'n,,^auth=Bearer x^', undefined],
  ['OAUTHBEARER', 'n,,^auth=Bearer x^auth=Bearer y^^', undefined],
  ['OAUTHBEARER', 'n,,^auth=Basic eDp5^^', undefined],
  ['OAUTHBEARER', 'n,,^auth=Bearer x y^^', undefined],
  ['OAUTHBEARER', 'n,,^auth=Bearer ^^', undefined],
  ['OAUTHBEARER', 'n,,^host=ü^auth=Bearer x^^', undefined],
  ['OAUTHBEARER', 'n,,^^', undefined],
  ['OAUTHBEARER', '^', undefined],
  ['OAUTHBEARER', '', undefined],
  ['OAUTHBEARER', 'user=ann@a.example^auth=Bearer x^^', undefined],
  ['XOAUTH2', 'user=ann@a.example^auth=Bearer vF9dft4qmT^^', 'ann@a.example vF9dft4qmT'],
  ['XOAUTH2', 'user=^auth=Bearer x^^', undefined],
  ['XOAUTH2', 'auth=Bearer x^^', undefined],
  ['XOAUTH2', 'user=ann@a.example^^', undefined],
  ['XOAUTH2', 'n,,^auth=Bearer x^^', undefined],
] as const) {
  test(`${mechanism} ${message}`, () => {
    const parsed = parseBearer(mechanism, Buffer.from(message.replaceAll('^', '\x01')))
    assert.equal(parsed && `${parsed.user} ${parsed.token}`, expected)
  })
}

test('nothing that comes makes it throw, and what is taken holds a token of the right characters', () => {
  const words = fc.constantFrom('n,,', 'user=', 'a=', '\x01', 'auth=Bearer ', 'x', '=', ',', '\0', 'ü', ' ')
  const message = fc.array(words, { maxLength: 12 }).map((parts) => Buffer.from(parts.join('')))
  fc.assert(
    fc.property(fc.constantFrom<BearerMechanism>('OAUTHBEARER', 'XOAUTH2'), fc.oneof(message, fc.uint8Array()), (mechanism, octets) => {
      const parsed = parseBearer(mechanism, octets)
      if (parsed !== undefined) assert.match(parsed.token, /^[A-Za-z0-9._~+/-]+=*$/)
    }),
  )
})
