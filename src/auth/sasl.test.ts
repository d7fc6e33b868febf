import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { beginSasl, decodeSaslResponse, encodeSaslChallenge, longestPassword, type SaslStep } from './sasl.ts'

function plain(message: string | Uint8Array): SaslStep {
  const exchange = beginSasl('PLAIN')
  assert.ok(exchange)
  return exchange.next(typeof message === 'string' ? Buffer.from(message) : message)
}

for (const [message, expected] of [
  ['\0ann@a.example\0secret', 'ann@a.example secret'],
  ['ann@a.example\0ANN@a.example\0secret', 'ANN@a.example secret'],
  ['\0ünn@a.example\0pässwort 🐟', 'ünn@a.example pässwort 🐟'],
  ['bob@a.example\0ann@a.example\0secret', 'authorization'],
  ['\0ann\0', 'syntax'],
  ['\0\0secret', 'syntax'],
  ['ann\0secret', 'syntax'],
  ['', 'syntax'],
  ['\0ann\0a\0b', 'syntax'],
  [`\0ann\0${'x'.repeat(longestPassword + 1)}`, 'syntax'],
  [Uint8Array.of(0, 0x61, 0, 0xff), 'syntax'],
] as const) {
  test(`PLAIN ${JSON.stringify(typeof message === 'string' ? message.slice(0, 30) : [...message])}`, () => {
    const step = plain(message)
    assert.equal(step.kind === 'given' ? `${step.username} ${step.password}` : step.kind === 'fault' ? step.fault : step.kind, expected)
  })
}

test('PLAIN without an initial response asks with an empty challenge', () => {
  assert.deepEqual(beginSasl('PLAIN')?.next(undefined), { kind: 'challenge', challenge: new Uint8Array() })
})

test('LOGIN asks for name and password', () => {
  const exchange = beginSasl('LOGIN')
  assert.ok(exchange)
  const first = exchange.next(undefined)
  assert.equal(first.kind === 'challenge' && Buffer.from(first.challenge).toString(), 'Username:')
  const second = exchange.next(Buffer.from('ann'))
  assert.equal(second.kind === 'challenge' && encodeSaslChallenge(second.challenge), 'UGFzc3dvcmQ6')
  assert.deepEqual(exchange.next(Buffer.from('pw')), { kind: 'given', username: 'ann', password: 'pw' })
})

test('LOGIN with the name as initial response', () => {
  const exchange = beginSasl('LOGIN')
  assert.equal(exchange?.next(Buffer.from('ann')).kind, 'challenge')
  assert.deepEqual(exchange?.next(Buffer.from('pw')), { kind: 'given', username: 'ann', password: 'pw' })
  assert.equal(beginSasl('LOGIN')?.next(Buffer.from('')).kind, 'fault')
})

for (const [line, length] of [
  ['=', 0],
  ['', 0],
  ['YQ==', 1],
  ['YWI=', 2],
  ['YWJj', 3],
  ['YQ', undefined],
  ['YQ=', undefined],
  ['Y===', undefined],
  ['Y Q=', undefined],
  ['YQ-_', undefined],
  ['A'.repeat(16_388), undefined],
] as const) {
  test(`base64 "${line.slice(0, 8)}"`, () => assert.equal(decodeSaslResponse(line)?.length, length))
}

test('nothing that comes makes it throw', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('PLAIN', 'LOGIN'),
      fc.array(fc.option(fc.uint8Array({ maxLength: 40 }), { nil: undefined }), { maxLength: 4 }),
      (name, responses) => {
        const exchange = beginSasl(name)
        for (const response of responses) exchange?.next(response)
      },
    ),
  )
})
