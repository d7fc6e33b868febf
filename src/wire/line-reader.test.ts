import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { LineReader } from './line-reader.ts'

/** All lines and faults of `input`, given in pieces of `size` octets. */
function read(input: string, size: number, limit: number): string[] {
  const octets = Buffer.from(input, 'latin1')
  const reader = new LineReader()
  const found: string[] = []
  for (let i = 0; i < octets.length; i += size) {
    reader.push(octets.subarray(i, i + size))
    for (let line = reader.line(limit); line !== undefined; line = reader.line(limit)) {
      found.push(typeof line === 'string' ? `!${line}` : line.toString('latin1'))
    }
  }
  return found
}

const cases: readonly [name: string, input: string, limit: number, expected: string[]][] = [
  ['two lines', 'NOOP\r\nQUIT\r\n', 512, ['NOOP', 'QUIT']],
  ['an empty line', '\r\n', 512, ['']],
  ['an unfinished line is not a line', 'NOOP\r\nQUI', 512, ['NOOP']],
  ['CR at the end waits for its LF', 'NOOP\r', 512, []],
  ['limit counts CRLF', 'abcd\r\nabcde\r\nx\r\n', 6, ['abcd', '!too-long', 'x']],
  ['the CR as the last octet of the limit', 'abcde\r\nx\r\n', 6, ['!too-long', 'x']],
  ['bare CR', 'NO\rOP\r\nx\r\n', 512, ['!bare-cr', 'x']],
  ['CR CR LF', 'NOOP\r\r\nx\r\n', 512, ['!bare-cr', 'x']],
  ['LF only: each is told', 'NOOP\nQUIT\n', 512, ['!bare-lf', '!bare-lf']],
  ['what follows a bare LF is no command', 'NOOP\nMAIL\r\nQUIT\r\n', 512, ['!bare-lf', '!bare-lf', 'QUIT']],
  ['LF at the very start', '\nQUIT\r\n\r\n', 512, ['!bare-lf', '!bare-lf', '']],
  ['LF CR', 'NOOP\n\rQUIT\r\nx\r\n', 512, ['!bare-lf', '!bare-lf', 'x']],
  ['an over-long line with a bare LF', `${'a'.repeat(20)}\nMAIL\r\nx\r\n`, 10, ['!bare-lf', '!bare-lf', 'x']],
  ['NUL and 8-bit are the grammar’s affair', 'a\0\xff\r\n', 512, ['a\0\xff']],
]

for (const [name, input, limit, expected] of cases) {
  test(`line reader: ${name}`, () => {
    for (const size of [1, 2, 3, 7, 1000]) assert.deepEqual(read(input, size, limit), expected, `in pieces of ${size}`)
  })
}

test('line reader: pieces make no difference, and no octet is lost', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\n', '\r\n'), maxLength: 60 })
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 2, max: 20 }), (input, size, limit) => {
      assert.deepEqual(read(input, size, limit), read(input, input.length + 1, limit))
    }),
    { numRuns: 2_000 },
  )
})

test('line reader: an endless line is not stored, and ends in a fault', () => {
  const reader = new LineReader()
  const chunk = Buffer.alloc(64 * 1024, 'a')
  let fault: unknown
  for (let i = 0; i < 20 && fault === undefined; i++) {
    reader.push(chunk)
    fault = reader.line(2048)
    assert.equal(reader.buffered, 0)
  }
  assert.equal(fault, 'endless')
})

test('line reader: lines and raw octets alternate', () => {
  const reader = new LineReader()
  reader.push(Buffer.from('a LOGIN {3}\r\nx'))
  assert.equal(String(reader.line(100)), 'a LOGIN {3}')
  assert.equal(String(reader.peek()), 'x')
  reader.take(1)
  assert.equal(reader.peek(), undefined)
  reader.push(Buffer.from('yz rest\r\nnext'))
  reader.take(2)
  assert.equal(String(reader.line(100)), ' rest')
  assert.equal(reader.line(100), undefined)
  assert.equal(reader.buffered, 4)
  reader.clear()
  reader.push(Buffer.from('b\r\n'))
  assert.equal(String(reader.line(100)), 'b')
})

test('line reader: a view, not a copy, of a line that came whole', () => {
  const reader = new LineReader()
  const chunk = Buffer.from('abc\r\ndef\r\n')
  reader.push(chunk)
  assert.equal((reader.line(10) as Buffer).buffer, chunk.buffer)
})

test('line reader: octets that come one by one cost no more than their number, read at once or later', () => {
  const octets = 300_000
  const started = performance.now()
  const waiting = new LineReader()
  const later = new LineReader()
  for (let i = 0; i < octets; i++) {
    waiting.push(Buffer.from('a'))
    later.push(Buffer.from('a'))
    assert.equal(waiting.line(1_000_000), undefined)
  }
  for (const reader of [waiting, later]) {
    reader.push(Buffer.from('\r\nb\r\n'))
    assert.equal((reader.line(1_000_000) as Buffer).length, octets)
    assert.equal(String(reader.line(10)), 'b')
    assert.equal(reader.buffered, 0)
  }
  assert.ok(performance.now() - started < 2_000)
})

test('line reader: lines that were handed out stay as they are, however the rest comes', () => {
  const text = Array.from({ length: 2_000 }, (_, index) => `line ${index} ${'x'.repeat((index * 37) % 1500)}`)
  const octets = Buffer.from(text.map((line) => `${line}\r\n`).join(''))
  const reader = new LineReader()
  const lines: Buffer[] = []
  for (let at = 0, step = 1; at < octets.length; at += step, step = (step * 7 + 3) % 1601) {
    reader.push(Buffer.from(octets.subarray(at, at + step)))
    for (let line = step % 3 === 0 ? undefined : reader.line(4096); Buffer.isBuffer(line); line = reader.line(4096)) lines.push(line)
  }
  for (let line = reader.line(4096); Buffer.isBuffer(line); line = reader.line(4096)) lines.push(line)
  assert.deepEqual(lines.map(String), text)
})
