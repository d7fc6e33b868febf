import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { Authenticator, type Wrong } from '../../../../test/harness/authenticator.ts'
import { readAuthenticatorData } from './authenticator-data.ts'
import { readCbor } from './cbor.ts'
import { challengeHoldsMs, isChallenge, makeChallenge } from './challenge.ts'
import { acceptMade, acceptUsed, type AskedBy, challengeIn } from './passkey.ts'

const asked: AskedBy = { origin: 'https://mx.example.org', rpId: 'mx.example.org', challenge: 'AAAABBBBCCCC' }

/** The page, the host and the question must be right, and somebody must have touched it. */
const wrongs: readonly Wrong[] = [
  { type: 'webauthn.other' },
  { origin: 'https://evil.example' },
  { origin: 'http://mx.example.org' },
  { challenge: 'AAAABBBBCCCD' },
  { rpId: 'evil.example' },
  { crossOrigin: true },
  { flags: 0x44 },
]

for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
  test(`a passkey with ${algorithm} is made and used`, () => {
    const authenticator = new Authenticator(algorithm)
    const made = acceptMade(authenticator.make(asked), asked)
    assert.ok(made)
    assert.deepEqual([made.credentialId, made.rpId, made.counter], [authenticator.id, 'mx.example.org', 0])
    const answer = authenticator.use(asked)
    assert.equal(challengeIn(answer.response.clientDataJSON), asked.challenge)
    assert.equal(acceptUsed(answer, made, asked, true), 1)
    for (const wrong of wrongs) {
      assert.equal(acceptMade(authenticator.make(asked, wrong), asked), undefined, JSON.stringify(wrong))
      assert.equal(acceptUsed(authenticator.use(asked, wrong), made, asked, false), undefined, JSON.stringify(wrong))
    }
  })
}

test('alone it must know who uses it; a second factor need not', () => {
  const authenticator = new Authenticator()
  const made = acceptMade(authenticator.make(asked), asked)
  assert.ok(made)
  const touched = authenticator.use(asked, { flags: 0x01 })
  assert.equal(acceptUsed(touched, made, asked, false), 1)
  assert.equal(acceptUsed(touched, made, asked, true), undefined)
})

test('a copy is found out by its counter; one that does not count is taken', () => {
  const authenticator = new Authenticator()
  const made = acceptMade(authenticator.make(asked), asked)
  assert.ok(made)
  assert.equal(acceptUsed(authenticator.use(asked, { counter: 0 }), made, asked, true), 0)
  const used = { ...made, counter: 7 }
  assert.equal(acceptUsed(authenticator.use(asked, { counter: 8 }), used, asked, true), 8)
  for (const counter of [0, 6, 7]) assert.equal(acceptUsed(authenticator.use(asked, { counter }), used, asked, true), undefined)
})

test('another key, another host, another’s signature, weak keys: no', () => {
  const [one, other] = [new Authenticator(), new Authenticator()]
  const made = acceptMade(one.make(asked), asked)
  assert.ok(made)
  assert.equal(acceptUsed(other.use(asked), made, asked, true), undefined)
  assert.equal(acceptUsed(one.use(asked), { ...made, rpId: 'other.example' }, asked, true), undefined)
  const { response } = one.use(asked)
  for (const signature of ['', 'AAAA', other.use(asked).response.signature]) {
    assert.equal(acceptUsed({ id: one.id, response: { ...response, signature } }, made, asked, true), undefined)
  }
  assert.equal(acceptMade({ ...one.make(asked), id: other.id }, asked), undefined)
  assert.equal(acceptMade(new Authenticator('RS256', 1024).make(asked), asked), undefined)
})

test('challenges hold for minutes, for one purpose, and cannot be made by others', () => {
  const key = randomBytes(32)
  const challenge = makeChallenge(key, 'use account 5', 1000)
  assert.ok(isChallenge(challenge, key, 'use account 5', 2000))
  assert.ok(!isChallenge(challenge, key, 'use account 6', 2000))
  assert.ok(!isChallenge(challenge, randomBytes(32), 'use account 5', 2000))
  assert.ok(!isChallenge(challenge, key, 'use account 5', 1000 + challengeHoldsMs))
  for (const text of ['', challenge.slice(1), `${challenge}A`, `${challenge}=`]) assert.ok(!isChallenge(text, key, 'use account 5', 2000), text)
})

test('CBOR of strangers: cut off, deep, long or odd, it is none', () => {
  const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))
  assert.deepEqual(readCbor(hex('a201020326ff')), {
    value: new Map([
      [1, 2],
      [3, -7],
    ]),
    rest: hex('ff'),
  })
  assert.deepEqual(readCbor(hex('83f5f4f6'))?.value, [true, false, null])
  for (const wrong of [
    '',
    '18',
    '5903',
    '62ff00',
    '9f01ff',
    '5f',
    'a20101',
    'a201010102',
    'a1f501',
    'fb0000000000000000',
    'c001',
    '1b0000000000000001',
    '9affffffff',
    '81'.repeat(20),
  ]) {
    assert.equal(readCbor(hex(wrong)), undefined, wrong)
  }
})

test('whatever an authenticator’s octets are, reading them ends without a fault', () => {
  const made = new Authenticator().make(asked)
  const octets = Buffer.from(made.response.attestationObject, 'base64url')
  for (let round = 0; round < 2000; round += 1) {
    const broken = Uint8Array.from(octets)
    for (let change = 0; change < 3; change += 1) broken[Math.floor(Math.random() * broken.length)] = Math.floor(Math.random() * 256)
    const cut = broken.subarray(0, Math.floor(Math.random() * broken.length))
    acceptMade({ ...made, response: { ...made.response, attestationObject: Buffer.from(cut).toString('base64url') } }, asked)
    readAuthenticatorData(cut)
  }
})
