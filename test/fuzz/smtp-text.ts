import assert from 'node:assert/strict'
import { TextScanner } from '../../src/smtp/server/text-scanner.ts'

/** The text of a message as DATA and BDAT bring it, in pieces, against the plainest reading of RFC 5321 4.5.2. The first octet cuts. */
export const name = 'smtp-text'

export const seeds: readonly Uint8Array[] = [
  '\x01Subject: x\r\n\r\nbody\r\n..\r\n.x\r\n.\r\nQUIT\r\n',
  '\x03.\r\nNOOP\r\n',
  '\x02\r\n.\n.\r\n\n.\r\n\r.\r\r\n.\r\n',
  '\x05a\0\r\r\n.\r.\r\n..\r\r\n.\r\n',
  // Long enough to be read by words.
  `\x00${`${'line of text, \xfc\x80 '.repeat(4)}\r\n\r\n..${'b'.repeat(29)}\r\n`.repeat(5)}.\r\nNOOP\r\n`,
  `\x07${'a'.repeat(60)}\r\n.${'b'.repeat(60)}\r\n.\r\n`,
].map((text) => Buffer.from(text, 'latin1'))

const maxLineOctets = 1000

interface Scanned {
  readonly text: string
  readonly scanner: TextScanner
  readonly consumed: number
}

function scan(octets: Uint8Array, size: number, stuffed: boolean): Scanned {
  const scanner = new TextScanner({ stuffed, maxLineOctets })
  let text = ''
  let consumed = 0
  for (let i = 0; i < octets.length && !scanner.ended; i += size) {
    // The scanner may write into its piece.
    text += scanner.scan(Buffer.from(octets.subarray(i, i + size))).toString('latin1')
    consumed += scanner.consumed
  }
  return { text, scanner, consumed }
}

export function target(input: Uint8Array): void {
  const [first = 0] = input
  const octets = input.subarray(1)
  for (const size of [octets.length + 1, 1 + (first & 15)]) {
    checkData(octets, scan(octets, size, true))
    checkBdat(octets, scan(octets, size, false))
  }
}

function checkData(octets: Uint8Array, { text, scanner, consumed }: Scanned): void {
  const raw = Buffer.from(octets).toString('latin1')
  const end = raw.startsWith('.\r\n') ? 0 : raw.indexOf('\r\n.\r\n') + 2
  assert.equal(scanner.ended, raw.startsWith('.\r\n') || end > 1, 'the end is CR LF . CR LF')
  if (!scanner.ended) return
  assert.equal(consumed, end + 3, 'octets behind the end were taken, or some before it were not')
  const body = raw.slice(0, end)
  // The dot that transparency adds does not count (RFC 5321 4.5.3.1.6).
  const plain = body
    .split('\r\n')
    .map((line) => (line.startsWith('.') ? line.slice(1) : line))
    .join('\r\n')
  assert.equal(scanner.fault !== undefined, hasBareOctets(body) || hasLongLine(plain))
  if (scanner.fault !== undefined) return
  assert.equal(text, plain)
  checkCounts(scanner, plain)
}

function checkBdat(octets: Uint8Array, { text, scanner, consumed }: Scanned): void {
  const raw = Buffer.from(octets).toString('latin1')
  scanner.finish()
  assert.equal(consumed, raw.length)
  assert.equal(scanner.fault !== undefined, hasBareOctets(raw) || hasLongLine(raw))
  if (scanner.fault !== undefined) return
  assert.equal(text, raw)
  checkCounts(scanner, raw)
}

function checkCounts(scanner: TextScanner, text: string): void {
  assert.equal(scanner.sizeBytes, text.length)
  const empty = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n') + 2
  assert.equal(scanner.headerOctets, empty > 1 || text.startsWith('\r\n') ? empty : -1)
}

function hasBareOctets(text: string): boolean {
  return /\0|\r(?!\n)|(?<!\r)\n/.test(text)
}

function hasLongLine(text: string): boolean {
  return text.split('\r\n').some((line) => line.length + 2 > maxLineOctets)
}
