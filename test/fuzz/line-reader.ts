import assert from 'node:assert/strict'
import { type LineFault, LineReader } from '../../src/wire/line-reader.ts'

/** Lines as every protocol gets them, in pieces. The first octet decides limit and pieces. */
export const name = 'line-reader'

export const seeds: readonly Uint8Array[] = [
  '\x10EHLO x\r\nMAIL FROM:<>\r\n',
  '\x01NOOP\nMAIL FROM:<>\r\nQUIT\r\n',
  '\x85NO\rOP\r\r\n\r\n',
  `\x33${'a'.repeat(70)}\r\nb\r\n`,
  `\xffa LOGIN {3}\r\n${'b'.repeat(40)}\n\r\n\r`,
].map((text) => Buffer.from(text, 'latin1'))

interface Read {
  readonly lines: string[]
  readonly faults: LineFault[]
}

function read(octets: Buffer, size: number, limit: number): Read {
  const reader = new LineReader()
  const lines: string[] = []
  const faults: LineFault[] = []
  for (let i = 0; i < octets.length; i += size) {
    reader.push(octets.subarray(i, i + size))
    for (let line = reader.line(limit); line !== undefined; line = reader.line(limit)) {
      if (typeof line === 'string') faults.push(line)
      else lines.push(line.toString('latin1'))
    }
    assert.ok(reader.buffered < limit, 'more than the limit is stored')
  }
  return { lines, faults }
}

export function target(input: Uint8Array): void {
  const [first = 0] = input
  const octets = Buffer.from(input.subarray(1))
  const limit = 2 + (first & 63)
  const whole = read(octets, octets.length + 1, limit)
  assert.deepEqual(read(octets, 1 + (first >> 6), limit), whole, 'pieces make a difference')
  // What stands between two CRLFs is a line or at fault: whoever splits at CRLF, and at nothing else, finds the same lines.
  const between = octets.toString('latin1').split('\r\n').slice(0, -1)
  const good = between.filter((line) => !/[\r\n]/.test(line) && line.length + 2 <= limit)
  assert.deepEqual(whole.lines, good)
  assert.ok(whole.faults.length >= between.length - good.length, 'a faulty line went unreported')
}
