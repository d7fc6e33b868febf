import assert from 'node:assert/strict'
import { withoutExtensions } from '../../src/imap/write/body.ts'
import { writeBody, writeBodyStructure } from '../../src/message/body-structure.ts'
import { bodyDecoder } from '../../src/message/body-decoder.ts'
import { decodeBody } from '../../src/message/decode.ts'
import { htmlText } from '../../src/message/html-text.ts'
import type { Part } from '../../src/message/part.ts'
import { decodeParts } from '../../src/message/parts.ts'
import { scan } from '../../src/message/scan.ts'
import { findSection } from '../../src/message/section.ts'
import { base64Header, base64Lines, withBase64 } from '../../src/message/without-nul.ts'
import { assertSameInPieces, checkScanned, checkSections } from '../harness/message-invariants.ts'

export const name = 'mime'

export const seeds: Uint8Array[] = [
  'From: ann@a.example\r\nSubject: hello\r\n\r\nbody\r\n',
  'Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>\r\n--b  \r\n\r\nplain\r\n--b--\r\nepilogue\r\n',
  'Content-Type: multipart/mixed; boundary=bb\n\n--bb\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--bb\n\nthree\n--bb--\n',
  'Content-Type: multipart/digest; boundary="b b"\r\n\r\n--b b\r\n\r\nFrom: ann@a.example\r\n\r\none\r\n--b b\r\nContent-Type: text/plain\r\n\r\ntwo\r\n--b b--',
  'Content-Type: message/rfc822\r\n\r\nTo: x: ann@a.example;\r\nContent-Type: multipart/mixed;\r\n boundary*0=a; boundary*1=b\r\n\r\n--ab\r\n\r\n--ab--\r\n',
  'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: binary\r\nSubject: x\r\n\r\n\0=\r\n--b\r\ncontent-transfer-encoding:BINARY\r\n\r\n\n\0\n--b--',
  'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nRnJvbTogYQ==\r\n',
  "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Disposition: attachment; filename*=utf-8''%C3%A4; size=3\r\nContent-ID: <1@a>\r\nContent-Language: de, en\r\n--x\r\n\r\n--x--x\r\n",
  'Content-Type: multipart/mixed; boundary=-\r\n\r\n---\r\n\r\n-----\r\n---\r\n\r\n-- \r\n---\r\n',
].map((text) => Buffer.from(text))

export function target(input: Uint8Array): void {
  const scanned = scan(input)
  assert.equal(scanned.sizeBytes, input.length)
  checkScanned(scanned)
  checkSections(scanned, input.length % 5)
  assertSameInPieces(input, scanned, [1])
  assertSameInPieces(input, scanned, [2, 1, 7, 3, 64])
  assertSameInPieces(input, scanned, [1000, 1, 2000])
  const { top } = scanned
  assert.deepEqual(Buffer.from(withoutExtensions(writeBodyStructure(top))), Buffer.from(writeBody(top)), 'BODY is not BODYSTRUCTURE without extension data')
  for (const encoding of ['base64', 'quoted-printable']) assertDecodedInPieces(encoding, input)
  htmlText(Buffer.from(input).toString('latin1'))
  checkBase64(top, input)
  // What is read from the index is checked too, as if it were damaged.
  decodeParts(input)
  const extent = { prefixLength: 3, octetsLength: input.length }
  const range = findSection(input, { path: [1, 1], of: 'all' }, extent)
  assert.ok(range === undefined || (range.start >= 0 && range.start <= range.end && range.end <= input.length + 3), 'a section outside the message')
}

function assertDecodedInPieces(encoding: string, input: Uint8Array): void {
  decodeBody(encoding, input)
  const [decoder, other] = [bodyDecoder(encoding), bodyDecoder(encoding)]
  assert.ok(decoder !== undefined && other !== undefined)
  const whole = Buffer.concat([other.push(input), other.finish()])
  const decoded: Uint8Array[] = []
  for (let at = 0, size = 1; at < input.length; at += size, size = (size * 3) % 11) decoded.push(decoder.push(input.subarray(at, at + size)))
  assert.deepEqual(Buffer.concat([...decoded, decoder.finish()]), whole, `${encoding} in pieces is something else`)
}

/** Binary parts made base64 are decoded to what they were, and nothing else has changed. */
function checkBase64(top: Part, input: Uint8Array): void {
  const pieces = withBase64(top, input.length)
  if (pieces === undefined) return
  const octets = pieces.map(({ kind, start, end }) => {
    const piece = input.subarray(start, end)
    return kind === 'copy' ? piece : kind === 'header' ? base64Header(piece) : base64Lines(piece)
  })
  const converted = Buffer.concat(octets)
  assert.deepEqual(bodies(scan(converted).top, converted), bodies(top, input))
}

function bodies(part: Part, octets: Uint8Array): readonly string[] {
  if (part.kind !== 'leaf') return part.children.flatMap((child) => bodies(child, octets))
  const body = octets.subarray(part.bodyStart, part.bodyEnd)
  return [Buffer.from(decodeBody(part.fields.encoding, body, body.length)).toString('latin1')]
}
