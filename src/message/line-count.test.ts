import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { countLines } from './line-count.ts'

test('line ends between any two offsets', () => {
  const octets = fc.uint8Array({ maxLength: 3000 }).map((array) => Buffer.from(array.map((octet) => (octet % 3 === 0 ? 10 : octet))))
  fc.assert(
    fc.property(octets, fc.nat(10), fc.nat(10), (buffer, skip, cut) => {
      const end = Math.max(skip, buffer.length - cut)
      const view = buffer.subarray(0, end)
      assert.equal(countLines(view, Math.min(skip, view.length), view.length), [...view.subarray(skip)].filter((octet) => octet === 10).length)
    }),
  )
  // Every byte that one lane could carry over from.
  for (let octet = 0; octet < 256; octet += 1) assert.equal(countLines(Buffer.alloc(5000, octet), 1, 4999), octet === 10 ? 4998 : 0)
})
