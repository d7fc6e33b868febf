import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { DotStuffer, TopCutter } from './multi-line.ts'

/** In pieces of these lengths, round and round. */
function* cut(octets: Buffer, lengths: readonly number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < octets.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1
    yield octets.subarray(at, at + length)
    at += length
  }
}

function stuffed(message: Buffer, lengths: readonly number[]): string {
  const stuffer = new DotStuffer()
  const pieces = [...cut(message, lengths)].flatMap((piece) => stuffer.push(piece))
  return Buffer.concat(pieces).toString('latin1') + stuffer.end()
}

function topOf(message: Buffer, lines: number, lengths: readonly number[]): string {
  const cutter = new TopCutter(lines)
  return Buffer.concat([...cut(message, lengths)].map((piece) => piece.subarray(0, cutter.push(piece)))).toString('latin1')
}

/** What a client does: up to the line with a dot, one dot off each line that begins with one. */
function asClientReads(answer: string): string {
  assert.ok(answer.endsWith('\r\n.\r\n') || answer === '.\r\n')
  const lines = answer.split('\r\n').slice(0, -2)
  assert.ok(!lines.includes('.'), 'no end before the end')
  return lines.map((line) => `${line.startsWith('.') ? line.slice(1) : line}\r\n`).join('')
}

test('dots at the beginning of a line are doubled, the end is on a line of its own', () => {
  const table: readonly (readonly [string, string])[] = [
    ['', '.\r\n'],
    ['a\r\n', 'a\r\n.\r\n'],
    ['a', 'a\r\n.\r\n'],
    ['.', '..\r\n.\r\n'],
    ['.\r\n', '..\r\n.\r\n'],
    ['..\r\n.a.\r\n', '...\r\n..a.\r\n.\r\n'],
    ['a.\r\n\r\n.\r\nb\r\n', 'a.\r\n\r\n..\r\nb\r\n.\r\n'],
    ['a\r\n.', 'a\r\n..\r\n.\r\n'],
    ['a\n.\nb\r', 'a\n..\nb\r\r\n.\r\n'],
    ['a\r', 'a\r\r\n.\r\n'],
    ['a\n', 'a\n\r\n.\r\n'],
  ]
  for (const [message, answer] of table)
    for (const lengths of [[1], [2], [3, 1], [100]])
      assert.equal(stuffed(Buffer.from(message, 'latin1'), lengths), answer, `${JSON.stringify(message)} in ${lengths.join()}`)
})

test('a client reads what was stored, wherever it is cut (property)', () => {
  const line = fc.oneof(fc.constantFrom('', '.', '..', '.x', 'x.'), fc.string({ unit: fc.constantFrom('a', '.', ' '), maxLength: 6 }))
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }), (lines, lengths) => {
      const message = lines.map((one) => `${one}\r\n`).join('')
      assert.equal(asClientReads(stuffed(Buffer.from(message), lengths)), message)
    }),
  )
})

test('TOP ends after the header, the empty line and so many lines', () => {
  const header = 'Subject: a\r\nTo: b\r\n'
  const table: readonly (readonly [string, number, string])[] = [
    [`${header}\r\none\r\ntwo\r\n`, 0, `${header}\r\n`],
    [`${header}\r\none\r\ntwo\r\n`, 1, `${header}\r\none\r\n`],
    [`${header}\r\none\r\ntwo\r\n`, 2, `${header}\r\none\r\ntwo\r\n`],
    [`${header}\r\none\r\ntwo\r\n`, 4_294_967_295, `${header}\r\none\r\ntwo\r\n`],
    [`${header}\r\n\r\n\r\nx\r\n`, 1, `${header}\r\n\r\n`],
    [`${header}\r\none`, 1, `${header}\r\none`],
    [header, 3, header],
    ['\r\none\r\ntwo\r\n', 1, '\r\none\r\n'],
    ['Subject: a\n\none\ntwo\n', 1, 'Subject: a\n\none\n'],
    ['a\r\nb \r\n\rc\r\n\r\nd\r\n', 0, 'a\r\nb \r\n\rc\r\n\r\n'],
    ['', 1, ''],
  ]
  for (const [message, lines, top] of table)
    for (const lengths of [[1], [2], [5, 1], [100]])
      assert.equal(topOf(Buffer.from(message), lines, lengths), top, `${JSON.stringify(message)} ${lines} in ${lengths.join()}`)
})
