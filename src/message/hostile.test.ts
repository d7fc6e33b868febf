import assert from 'node:assert/strict'
import test from 'node:test'
import { checkScanned } from '../../test/harness/message-invariants.ts'
import { readAddressList } from './address-list.ts'
import { readContentType } from './content-type.ts'
import { readDate } from './date.ts'
import { decodeBody } from './decode.ts'
import { readText } from './encoded-word.ts'
import { countFields, fields, filterFields } from './header-section.ts'
import { messageLimits } from './limits.ts'
import { readMessageIds } from './message-id.ts'
import { Scanner } from './scan.ts'
import { summarise } from './summary.ts'

/** What a quadratic reader would need minutes for. Far above what is needed, since test machines are busy; DESIGN permits 2 s for 100 MB. */
const mostMs = 2000
const pieceOctets = 65_536

const mixed = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n'
const longBoundaries = Array.from({ length: 99 }, (_, index) => `${'a'.repeat(150)}${String(index).padStart(40, '0')}`)
  .map((boundary) => `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n--${boundary}\r\n`)
  .join('')

const messages: Record<string, () => string> = {
  '50,000 parts': () => mixed + '--b\r\n\r\n\r\n'.repeat(50_000),
  '3,000 nested multiparts': () =>
    Array.from({ length: 3000 }, (_, index) => `Content-Type: multipart/mixed; boundary=b${index}\r\n\r\n--b${index}\r\n`).join(''),
  '3,000 nested messages': () => 'Content-Type: message/rfc822\r\n\r\n'.repeat(3000),
  '100,000 fields': () => `${'X: y\r\n'.repeat(100_000)}\r\n`,
  'a million lines of header': () => 'a\n'.repeat(1_000_000),
  'one field of 10 MB': () => `Subject: ${'x'.repeat(10_000_000)}\r\n\r\n`,
  '200,000 parameters': () => `Content-Type: text/plain${';a=b'.repeat(200_000)}\r\n\r\n`,
  '60,000 continuations': () => `Content-Type: text/plain${Array.from({ length: 60_000 }, (_, index) => `;a*${index}*=b`).join('')}\r\n\r\n`,
  'lines that begin like delimiters': () => mixed + '\n--'.repeat(4_000_000),
  'lines that nearly are one of a hundred boundaries': () => longBoundaries + `\r\n--${'a'.repeat(150)}`.repeat(50_000),
  'lines that begin as a hundred boundaries do': () => longBoundaries + '\n--aaaa'.repeat(2_000_000),
  '10 MB of line ends': () => mixed + '\n'.repeat(10_000_000),
  '10 MB of CR': () => mixed + '\r'.repeat(10_000_000),
  '500,000 addresses': () => `From: ${'a,'.repeat(500_000)}\r\n\r\n`,
  '1,000 messages with 2,000 addresses each': () => mixed + `--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: ${'a,'.repeat(2000)}\r\n\r\n`.repeat(1000),
  '80,000 From fields': () => `${'From: a@b\r\n'.repeat(80_000)}\r\n`,
}

test('a message costs time and memory by its length, however it is made', () => {
  for (const [what, make] of Object.entries(messages)) {
    const octets = Buffer.from(make(), 'latin1')
    const started = performance.now()
    const scanner = new Scanner()
    for (let at = 0; at < octets.length; at += pieceOctets) scanner.push(octets.subarray(at, at + pieceOctets))
    const scanned = scanner.finish()
    const { envelope, bodyStructure, parts } = summarise(scanned)
    const tookMs = performance.now() - started
    assert.ok(tookMs < mostMs, `${what}: ${tookMs.toFixed(0)} ms`)
    assert.ok(envelope.length + bodyStructure.length + parts.length < 8 * 1_048_576, `${what}: ${envelope.length} ${bodyStructure.length} ${parts.length}`)
    checkScanned(scanned)
  }
})

const values: Record<string, string> = {
  'open comments': '('.repeat(1_000_000),
  'open brackets': '<'.repeat(1_000_000),
  'open quotes': '"'.repeat(1_000_001),
  'an escape at the end': `"${'\\'.repeat(1_000_001)}`,
  'words, then many @': 'a '.repeat(300_000) + '@'.repeat(300_000),
  'domains with comments': '@(a)'.repeat(250_000),
  'words and open brackets': 'a<b '.repeat(250_000),
  colons: 'a:'.repeat(500_000),
  routes: '<@a:'.repeat(250_000),
  'addresses without commas': 'a@b '.repeat(250_000),
  'comments never closed': 'a@b(c'.repeat(200_000),
  'a word in a million spaces': `x ${' '.repeat(1_000_000)}y`,
  folds: `${' '.repeat(100)}\n`.repeat(10_000),
  'beginnings of encoded words': '=?'.repeat(500_000),
  'encoded words without end': '=?a?q?'.repeat(200_000),
  'encoded words of an unknown charset': '=?a?q?x?= y '.repeat(100_000),
  'encoded words of an unknown coding': '=?a?z?x?='.repeat(100_000),
  'encoded words of an unknown coding that end far away': `${'=?a?z? '.repeat(140_000)}?=`,
  'spaces between words': `${'=?a?q?x?=    '.repeat(50_000)}${'=?'.repeat(50_000)}`,
  'an unclosed parameter': `text/plain; a="${'\\"'.repeat(500_000)}`,
  'words where parameters are due': `text/plain; ${'a '.repeat(500_000)}`,
  'a value of many words': `text/plain; a=${' b'.repeat(500_000)}`,
  'comments in values': `text/plain; a=${'b ('.repeat(300_000)}`,
  digits: '1'.repeat(1_000_000),
  semicolons: ';'.repeat(1_000_000),
}

test('a field costs time by its length, whatever it holds', () => {
  const readers: Record<string, (value: string) => unknown> = { readAddressList, readContentType, readDate, readMessageIds, readText }
  for (const [what, value] of Object.entries(values)) {
    for (const [name, read] of Object.entries(readers)) {
      const started = performance.now()
      read(value)
      const tookMs = performance.now() - started
      assert.ok(tookMs < mostMs, `${name}, ${what}: ${tookMs.toFixed(0)} ms`)
    }
  }
})

test('what is kept of a field is bounded', () => {
  assert.equal(readAddressList('a@b,'.repeat(50_000)).length, messageLimits.addresses)
  assert.equal(readContentType(`a/b${Array.from({ length: 5000 }, (_, index) => `;p${index}=v`).join('')}`).parameters.length, messageLimits.parameters)
  assert.equal(readMessageIds('<a@b>'.repeat(5000)).length, 1000)
})

test('header sections and bodies cost time by their length', () => {
  const section = Buffer.from('Received: x\r\n'.repeat(80_000))
  const bodies = ['=', '= ', 'a=', '=a', '=   ', ' ', '=\n', '=4'].map((piece) => Buffer.from(piece.repeat(500_000)))
  const started = performance.now()
  assert.equal(countFields(section, 'received'), 80_000)
  assert.equal(fields(section, 'RECEIVED').length, 80_000)
  assert.equal(filterFields(section, 'without', ['x']).length, section.length + 2)
  for (const body of bodies) for (const encoding of ['base64', 'quoted-printable']) decodeBody(encoding, body)
  const tookMs = performance.now() - started
  assert.ok(tookMs < 3 * mostMs, `${tookMs.toFixed(0)} ms`)
})
