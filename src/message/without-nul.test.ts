import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeBody } from './decode.ts'
import type { Part } from './part.ts'
import { scan } from './scan.ts'
import { base64Header, base64Lines, withBase64 } from './without-nul.ts'

function converted(message: Buffer): Buffer | undefined {
  const { top, sizeBytes } = scan(message)
  const pieces = withBase64(top, sizeBytes)?.map(({ kind, start, end }) => {
    const octets = message.subarray(start, end)
    return kind === 'copy' ? octets : kind === 'header' ? base64Header(octets) : base64Lines(octets)
  })
  return pieces && Buffer.concat(pieces)
}

function leaves(part: Part): readonly Part[] {
  return part.kind === 'leaf' ? [part] : part.children.flatMap(leaves)
}

/** Decoded bodies of all leaves. */
function bodies(message: Buffer): readonly string[] {
  return leaves(scan(message).top).map(({ fields, bodyStart, bodyEnd }) =>
    Buffer.from(decodeBody(fields.encoding, message.subarray(bodyStart, bodyEnd))).toString('latin1'),
  )
}

const long = Buffer.from(Array.from({ length: 300 }, (_, index) => index % 256)).toString('latin1')

for (const [what, text] of [
  ['one part', `Content-Type: image/png\r\nContent-Transfer-Encoding:\r\n binary\r\nSubject: x\r\n\r\n\0\x01${long}`],
  ['an empty one', 'Content-Transfer-Encoding: binary\r\n\r\n'],
  [
    'parts in parts, some of them binary',
    [
      'Content-Type: multipart/mixed; boundary=a\r\nContent-Transfer-Encoding: binary\r\n\r\npreamble\r\n--a\r\nContent-Transfer-Encoding: BINARY\r\n\r\n\0one\n\r\n',
      '--a\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: binary\r\n\r\nSubject: inner\r\nContent-Transfer-Encoding: binary\r\n\r\ninner \0 \r\n',
      `--a\r\n\r\nplain\r\n--a\r\nContent-Transfer-Encoding: binary\r\n\r\n${long}\r\n--a--\r\nepilogue`,
    ].join(''),
  ],
] as const) {
  test(`binary parts become base64 and mean the same: ${what}`, () => {
    const message = Buffer.from(text, 'latin1')
    const result = converted(message)
    assert.ok(result)
    assert.deepEqual(bodies(result), bodies(message))
    assert.equal(result.includes(0), false)
    assert.ok(
      result
        .toString('latin1')
        .split('\n')
        .every((line) => line.length <= 78),
    )
    assert.deepEqual(converted(result), result, 'nothing is left to be done')
  })
}

test('what is signed stays as it is, or is refused', () => {
  const signed = (inner: string) => Buffer.from(`Content-Type: multipart/signed; boundary=a\r\n\r\n--a\r\n${inner}\r\n--a--\r\n`)
  assert.equal(converted(signed('Content-Transfer-Encoding: binary\r\n\r\n\0')), undefined)
  const plain = signed('\r\nplain')
  assert.deepEqual(converted(plain), plain)
})
