import assert from 'node:assert/strict'
import test from 'node:test'
import { bodyDecoder } from './body-decoder.ts'
import { decodeBody } from './decode.ts'

const bodies: readonly (readonly [encoding: string, body: string])[] = [
  ['7bit', 'as it is=20\r\n'],
  ['base64', 'aGVs\r\nbG8gd29y\r\nbGQ=\r\n'],
  ['base64', '  aGVs   \r\n bG8g!\r\n'],
  ['base64', 'aGk=aGkhaA==AAEC/w=='],
  ['base64', ''],
  ['quoted-printable', 'hello  \r\nbar=\r\n\r\nfoo\t=\nbar=20 \t\r\n=62=6 =zz= x=\r\n  \r\nend \t'],
  ['quoted-printable', '=E4=\r\n=F6=FC'],
  ['quoted-printable', 'a\rb = \r c\n'],
]

test('a body decoded in pieces is the body decoded as a whole, wherever it is cut', () => {
  for (const [encoding, body] of bodies) {
    const octets = Buffer.from(body, 'latin1')
    const whole = Buffer.from(decodeBody(encoding, octets)).toString('latin1')
    for (let first = 0; first <= octets.length; first++) {
      for (let second = first; second <= octets.length; second++) {
        const decoder = bodyDecoder(encoding)
        assert.ok(decoder)
        const pieces = [octets.subarray(0, first), octets.subarray(first, second), octets.subarray(second)].map((piece) => decoder.push(piece))
        assert.equal(Buffer.concat([...pieces, decoder.finish()]).toString('latin1'), whole, `${body} at ${first}, ${second}`)
      }
    }
  }
})

test('a copy goes on by itself', () => {
  for (const [encoding, body] of bodies) {
    const octets = Buffer.from(body, 'latin1')
    const decoder = bodyDecoder(encoding)
    const head = decoder?.push(octets.subarray(0, 5)) ?? Buffer.alloc(0)
    const copy = decoder?.copy()
    decoder?.push(Buffer.from('something else='))
    const tail = [copy?.push(octets.subarray(5)), copy?.finish()].map((piece) => piece ?? Buffer.alloc(0))
    assert.equal(Buffer.concat([head, ...tail]).toString('latin1'), Buffer.from(decodeBody(encoding, octets)).toString('latin1'))
  }
})

test('a line without end is not held without end', () => {
  const decoder = bodyDecoder('quoted-printable')
  const line = Buffer.from(`${'=41'.repeat(100_000)} `)
  let decoded = 0
  for (let at = 0; at < line.length; at += 1000) decoded += decoder?.push(line.subarray(at, at + 1000)).length ?? 0
  assert.ok(decoded > 70_000)
  assert.equal(decoded + (decoder?.finish().length ?? 0), 100_000, 'white space at the end of a line is none')
})

test('an encoding that nobody knows', () => {
  assert.equal(bodyDecoder('x-uuencode'), undefined)
  assert.equal(bodyDecoder(''), undefined)
})
