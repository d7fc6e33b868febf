import { ImapSyntaxError, type Scanner } from './scanner.ts'

/** partial-range (RFC 9394 4): places in a result, counted from 1, or from its end, where both are below 0. */
export type PartialRange = readonly [near: number, far: number]

/** What stands behind `PARTIAL `; a range means the same either way round. */
export function parsePartialRange(scanner: Scanner): PartialRange {
  const one = place(scanner)
  scanner.char(':')
  const other = place(scanner)
  if (one < 0 !== other < 0) throw new ImapSyntaxError('both ends of a range count from the same side')
  return Math.abs(one) <= Math.abs(other) ? [one, other] : [other, one]
}

function place(scanner: Scanner): number {
  const sign = scanner.maybe('-') ? -1 : 1
  return sign * scanner.nzNumber('a place from 1')
}

/** The part of a result that a range means, in the result's order. */
export function partOf<Result extends { readonly length: number; slice(from: number, before: number): Result }>(
  result: Result,
  [near, far]: PartialRange,
): Result {
  const from = near > 0 ? near - 1 : result.length + far
  const before = near > 0 ? far : result.length + near + 1
  return result.slice(Math.max(0, from), Math.max(0, before))
}
