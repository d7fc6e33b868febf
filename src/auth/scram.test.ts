import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { boundTo, parseClientFinal, parseClientFirst, parseScramKeys, serverFinal, serverFirst } from './scram.ts'

// RFC 7677 3.
const clientFirst = 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO'
const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
const clientFinal = `c=biws,r=${nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`
const kept = '4096:W22ZaJ0SNY7soEsUEjb6gQ==:WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU='

test('the exchange of RFC 7677 3', () => {
  const first = parseClientFirst(Buffer.from(clientFirst))
  const keys = parseScramKeys(kept)
  const final = parseClientFinal(Buffer.from(clientFinal))
  assert.ok(first && keys && final)
  assert.deepEqual(
    [first.binding, first.authorization, first.username, first.nonce, first.bare],
    ['n', '', 'user', 'rOprNGfwEbeRWgbNEkqO', 'n=user,r=rOprNGfwEbeRWgbNEkqO'],
  )
  const challenge = serverFirst(nonce, keys)
  assert.equal(challenge, `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`)
  assert.equal(final.nonce, nonce)
  assert.deepEqual(final.bound, Buffer.from('n,,'))
  assert.deepEqual(boundTo(first, undefined), Buffer.from('n,,'))
  const signed = `${first.bare},${challenge},${final.withoutProof}`
  assert.equal(serverFinal(keys, signed, final.proof), 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
  assert.equal(serverFinal(keys, `${signed}x`, final.proof), undefined)
  assert.equal(serverFinal(keys, signed, new Uint8Array()), undefined)
})

for (const [message, expected] of [
  ['n,,n=ann,r=abc', 'n  ann abc'],
  ['y,,n=ann,r=abc', 'y  ann abc'],
  ['p=tls-exporter,,n=ann,r=abc', 'tls-exporter  ann abc'],
  ['n,a=bob,n=ann,r=abc', 'n bob ann abc'],
  ['n,,n=a=2Cb=3Dc,r=abc', 'n  a,b=c abc'],
  ['n,,n=ünn,r=abc', 'n  ünn abc'],
  ['n,,n=ann,r=abc,x=more', 'n  ann abc'],
  ['n,,m=must,n=ann,r=abc', undefined],
  ['n,,n=a=2cb,r=abc', undefined],
  ['n,,n=a=,r=abc', undefined],
  ['n,,n=,r=abc', undefined],
  ['n,,n=ann,r=', undefined],
  ['n,,n=ann,r=a c', undefined],
  [`n,,n=ann,r=${'x'.repeat(257)}`, undefined],
  ['n,,n=ann\0,r=abc', undefined],
  ['n,n=ann,r=abc', undefined],
  ['p=,,n=ann,r=abc', undefined],
  ['x,,n=ann,r=abc', undefined],
  ['n,,n=ann', undefined],
  ['', undefined],
] as const) {
  test(`client-first-message ${JSON.stringify(message.slice(0, 30))}`, () => {
    const first = parseClientFirst(Buffer.from(message))
    const binding = typeof first?.binding === 'object' ? first.binding.type : first?.binding
    assert.equal(first && `${binding} ${first.authorization} ${first.username} ${first.nonce}`, expected)
  })
}

test('client-first-message that is not UTF-8', () => assert.equal(parseClientFirst(Buffer.from('n,,n=\xfc,r=abc', 'latin1')), undefined))

const proof = Buffer.alloc(32).toString('base64')
for (const [message, good] of [
  [`c=biws,r=abc,p=${proof}`, true],
  [`c=biws,r=abc,x=more,p=${proof}`, true],
  [`c=biw,r=abc,p=${proof}`, false],
  [`c=biws,r=abc`, false],
  [`c=biws,r=abc,p=${proof.slice(0, -4)}`, false],
  [`c=biws,r=abc,p=${proof},x=more`, false],
  [`c=!,r=abc,p=${proof}`, false],
  [`r=abc,c=biws,p=${proof}`, false],
  ['', false],
] as const) {
  test(`client-final-message ${JSON.stringify(message.slice(0, 40))}`, () => assert.equal(parseClientFinal(Buffer.from(message)) !== undefined, good))
}

for (const text of ['', 'x:y:z:w', '4096:W22ZaJ0SNY7soEsUEjb6gQ==:WG5d:wfPL', '4096']) {
  test(`"${text}" are no keys`, () => assert.equal(parseScramKeys(text), undefined))
}

test('nothing that comes makes the grammar throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: fc.constantFrom(...'nyp=,=2C3Drac\0ü'), maxLength: 60 }).map((text) => Buffer.from(text)),
        fc.uint8Array(),
      ),
      (octets) => {
        parseClientFirst(octets)
        parseClientFinal(octets)
      },
    ),
  )
})
