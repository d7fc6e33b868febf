import assert from 'node:assert/strict'
import { withoutExtensions } from '../../src/imap/write/body.ts'
import { writeBody, writeBodyStructure } from '../../src/message/body-structure.ts'
import { decodeBody } from '../../src/message/decode.ts'
import { decodeParts } from '../../src/message/parts.ts'
import { scan } from '../../src/message/scan.ts'
import { findSection } from '../../src/message/section.ts'
import { assertSameInPieces, checkScanned, checkSections } from '../harness/message-invariants.ts'

export const name = 'mime'

export const seeds: Uint8Array[] = [
  'From: ann@a.example\r\nSubject: hello\r\n\r\nbody\r\n',
  'Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>\r\n--b  \r\n\r\nplain\r\n--b--\r\nepilogue\r\n',
  'Content-Type: multipart/mixed; boundary=bb\n\n--bb\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--bb\n\nthree\n--bb--\n',
  'Content-Type: multipart/digest; boundary="b b"\r\n\r\n--b b\r\n\r\nFrom: ann@a.example\r\n\r\none\r\n--b b\r\nContent-Type: text/plain\r\n\r\ntwo\r\n--b b--',
  'Content-Type: message/rfc822\r\n\r\nTo: x: ann@a.example;\r\nContent-Type: multipart/mixed;\r\n boundary*0=a; boundary*1=b\r\n\r\n--ab\r\n\r\n--ab--\r\n',
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
  decodeBody('base64', input)
  decodeBody('quoted-printable', input)
  // What is read from the index is checked too, as if it were damaged.
  decodeParts(input)
  const extent = { prefixLength: 3, octetsLength: input.length }
  const range = findSection(input, { path: [1, 1], of: 'all' }, extent)
  assert.ok(range === undefined || (range.start >= 0 && range.start <= range.end && range.end <= input.length + 3), 'a section outside the message')
}
