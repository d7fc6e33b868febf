import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Boundaries } from './boundaries.ts'

test('the longest boundary that the line begins with, of equal ones the innermost', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(fc.array(text, { maxLength: 12 }), fc.array(text, { minLength: 1 }), fc.nat(12), (opened, lines, closed) => {
      const boundaries = new Boundaries<number>()
      for (const [owner, boundary] of opened.entries()) boundaries.open(Buffer.from(boundary), owner)
      const left = opened.slice(0, Math.max(0, opened.length - closed))
      for (const boundary of opened.slice(left.length).reverse()) boundaries.close(Buffer.from(boundary))
      for (const line of lines) {
        const expected = left
          .map((boundary, owner) => ({ owner, length: boundary.length, fits: line.startsWith(boundary) }))
          .filter(({ fits }) => fits)
          .reduce<{ owner: number; length: number } | undefined>(
            (best, { owner, length }) => (best === undefined || length >= best.length ? { owner, length } : best),
            undefined,
          )
        const octets = Buffer.from(`xx${line}`)
        assert.deepEqual(boundaries.find(octets, 2, octets.length), expected)
        if (expected !== undefined) assert.ok(boundaries.mayBegin(Buffer.from(`xx${line}aaaa`), 2))
      }
      assert.equal(boundaries.longest, Math.max(0, ...left.map((boundary) => boundary.length)))
    }),
  )
})
