import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { assertSameInPieces, checkScanned, checkSections } from '../../test/harness/message-invariants.ts'
import { messageLimits } from './limits.ts'
import type { Part } from './part.ts'
import { scan } from './scan.ts'

/** `multipart/mixed[text/plain "one" text/html ""]`: the tree with the bodies of its leaves. */
function tree(octets: Buffer, part: Part): string {
  const type = `${part.fields.type}/${part.fields.subtype}`
  if (part.kind !== 'leaf') return `${type}[${part.children.map((child) => tree(octets, child)).join(' ')}]`
  return `${type} ${JSON.stringify(octets.subarray(part.bodyStart, part.bodyEnd).toString('latin1'))}`
}

const mixed = 'Content-Type: multipart/mixed; boundary=b\n\n'

// Written with LF; each is tried with CR LF too.
const structures: [what: string, message: string, tree: string][] = [
  ['no header', '\nbody\n', 'text/plain "body\\n"'],
  ['no body', 'From: a@b\n', 'text/plain ""'],
  ['nothing at all', '', 'text/plain ""'],
  ['a line that is no field', 'From x@y Mon\nSubject: s\n\nbody', 'text/plain "body"'],
  ['preamble and epilogue are no parts', `${mixed}pre\n--b\n\none\n--b\n\ntwo\n--b--\nepi\n`, 'multipart/mixed[text/plain "one" text/plain "two"]'],
  ['the delimiter is the first line', `${mixed}--b\n\none\n--b--`, 'multipart/mixed[text/plain "one"]'],
  ['an empty part', `${mixed}--b\n\n--b\n--b--\n`, 'multipart/mixed[text/plain "" text/plain ""]'],
  ['white space behind the boundary (RFC 2046 5.1.1)', `${mixed}--b \t \n\none\n--b--  \n`, 'multipart/mixed[text/plain "one"]'],
  ['a boundary is the beginning of the line (RFC 2046 5.1.1)', `${mixed}--bx\n\none\n--b--x\nepi`, 'multipart/mixed[text/plain "one"]'],
  ['no closing delimiter', `${mixed}--b\n\none\n`, 'multipart/mixed[text/plain "one\\n"]'],
  ['no delimiter at all', `${mixed}one\n`, 'multipart/mixed[]'],
  ['no boundary parameter', 'Content-Type: multipart/mixed\n\none\n', 'text/plain "one\\n"'],
  ['two hyphens are not enough', `${mixed}--b\n\n--\n-- b\n- -b\n --b\nx--b\n--b--`, 'multipart/mixed[text/plain "--\\n-- b\\n- -b\\n --b\\nx--b"]'],
  ['after the end nothing begins', `${mixed}--b\n\none\n--b--\n--b\n\ntwo\n`, 'multipart/mixed[text/plain "one"]'],
  ['a delimiter ends a header', `${mixed}--b\nSubject: x\n--b\nSubject: y\n\ntwo\n--b--`, 'multipart/mixed[text/plain "" text/plain "two"]'],
  [
    'the boundary of the outer multipart ends the inner one (RFC 2046 5.1.2)',
    `${mixed}--b\nContent-Type: multipart/alternative; boundary=inner\n\n--inner\n\none\n--b\n\ntwo\n--inner\n\nthree\n--b--`,
    'multipart/mixed[multipart/alternative[text/plain "one"] text/plain "two\\n--inner\\n\\nthree"]',
  ],
  [
    'the longer of two boundaries',
    `${mixed}--b\nContent-Type: multipart/alternative; boundary=b1\n\n--b1\n\none\n--b1--\n--b\n\ntwo\n--b--`,
    'multipart/mixed[multipart/alternative[text/plain "one"] text/plain "two"]',
  ],
  [
    'the longer one outside',
    'Content-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b1\n\ntwo\n--b1--',
    'multipart/mixed[multipart/alternative[text/plain "one"] text/plain "two"]',
  ],
  [
    'of equal boundaries the inner one',
    `${mixed}--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--`,
    'multipart/mixed[multipart/alternative[text/plain "one"] text/plain "two"]',
  ],
  ['a boundary in quotes, folded', 'Content-Type: multipart/mixed; boundary="a\n b"\n\n--a b\n\none\n--a b--', 'multipart/mixed[text/plain "one"]'],
  [
    'a boundary in pieces (RFC 2231 3)',
    'Content-Type: multipart/mixed; boundary*0=a; boundary*1=b\n\n--ab\n\none\n--ab--',
    'multipart/mixed[text/plain "one"]',
  ],
  ['a boundary with white space at its end', 'Content-Type: multipart/mixed; boundary="b "\n\n--b\n\none\n--b--', 'multipart/mixed[text/plain "one"]'],
  ['a message inside', 'Content-Type: message/rfc822\n\nSubject: in\n\none\n', 'message/rfc822[text/plain "one\\n"]'],
  ['a message without header inside', 'Content-Type: message/rfc822\n\n\none\n', 'message/rfc822[text/plain "one\\n"]'],
  ['a message that ends with its header', `${mixed}--b\nContent-Type: message/rfc822\n\nSubject: in\n--b--`, 'multipart/mixed[message/rfc822[text/plain ""]]'],
  ['a message whose header was to come', `${mixed}--b\nContent-Type: message/rfc822\n--b--`, 'multipart/mixed[message/rfc822[text/plain ""]]'],
  ['message/global (RFC 6532 3.7)', 'Content-Type: message/global\n\nSubject: ä\n\none', 'message/global[text/plain "one"]'],
  ['a coded message is not opened', 'Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nRnJvbTo=', 'message/rfc822 "RnJvbTo="'],
  [
    'messages are the parts of a digest (RFC 2046 5.1.5)',
    'Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\none\n--b\nContent-Type: text/html\n\ntwo\n--b--',
    'multipart/digest[message/rfc822[text/plain "one"] text/html "two"]',
  ],
  ['a type without subtype is text (RFC 2045 5.2)', 'Content-Type: mixed\n\none', 'text/plain "one"'],
  ['the first of two types', 'Content-Type: text/html\nContent-Type: text/plain\n\none', 'text/html "one"'],
]

test('structure', () => {
  for (const [what, message, expected] of structures) {
    const lf = Buffer.from(message, 'latin1')
    assert.equal(tree(lf, scan(lf).top), expected, what)
    const crlf = Buffer.from(message.replaceAll('\n', '\r\n'), 'latin1')
    assert.equal(tree(crlf, scan(crlf).top), expected.replaceAll('\\n', '\\r\\n'), `${what}, CR LF`)
  }
})

test('any cut gives the same view', () => {
  for (const [what, message] of structures) {
    const octets = Buffer.from(message.replaceAll('\n', '\r\n'), 'latin1')
    const whole = scan(octets)
    for (let length = 1; length <= octets.length; length += 1) assert.doesNotThrow(() => assertSameInPieces(octets, whole, [length]), what)
  }
})

test('any message has a sound view, the same for any cut', () => {
  const line = fc.constantFrom(
    '',
    '--b',
    '--b--',
    '--c',
    '--c--',
    '--bb',
    '--',
    '-',
    '--b ',
    'text',
    'Subject: x',
    mixed.trimEnd(),
    'Content-Type: multipart/digest; boundary=c',
    'Content-Type: message/rfc822',
    'Content-Type: multipart/related; boundary=bb',
    ' folded',
    'Content-Type: text/html',
  )
  const message = fc
    .array(fc.tuple(line, fc.constantFrom('\r\n', '\r\n', '\n', '\r', '')), { maxLength: 40 })
    .map((lines) => Buffer.from(lines.map(([text, end]) => text + end).join('')))
  const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(message, cuts, fc.integer({ min: 0, max: 3 }), (octets, lengths, prefix) => {
      const scanned = scan(octets)
      checkScanned(scanned)
      checkSections(scanned, prefix)
      assertSameInPieces(octets, scanned, lengths)
    }),
    { numRuns: 2000 },
  )
})

test('lines are counted in text and messages', () => {
  const octets = Buffer.from(
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\ntwo\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\none\r\n\r\n--b\r\nContent-Type: image/png\r\n\r\none\r\ntwo\r\n\r\n--b--\r\n',
  )
  const [text, message, image] = scan(octets).top.children
  assert.equal(text?.lines, 1)
  assert.equal(message?.lines, 3)
  assert.equal(message.children[0]?.lines, 1)
  assert.equal(image?.lines, 0)
})

test('past the limit of parts the rest belongs to the last one', () => {
  const octets = Buffer.from(`${mixed}${'--b\n\nx\n'.repeat(50_000)}--b--\n`)
  const { top } = scan(octets)
  assert.equal(top.children.length, messageLimits.parts - 1)
  assert.equal(top.children.at(-1)?.bodyEnd, octets.length)
})

test('past the limit of depth a part is a leaf', () => {
  const open = (index: number) => `Content-Type: multipart/mixed; boundary=b${index}x\n\n--b${index}x\n`
  const multiparts = scan(Buffer.from(Array.from({ length: 3000 }, (_, index) => open(index)).join('')))
  assert.equal(deepest(multiparts.top), messageLimits.depth)
  const messages = scan(Buffer.from('Content-Type: message/rfc822\n\n'.repeat(3000)))
  assert.equal(deepest(messages.top), messageLimits.depth)
  checkScanned(multiparts)
  checkScanned(messages)
})

function deepest(part: Part): number {
  return part.children.reduce((depth, child) => Math.max(depth, 1 + deepest(child)), 0)
}
