import { grammarLimits } from '../limits.ts'
import { ImapSyntaxError, type Scanner } from './scanner.ts'

/** `*`, the largest number in use; no sequence number or UID is 0. */
export const star = 0

/** Ranges as written, either end may be the larger one or `star`; '$' is the saved result of a search (RFC 5182). */
export type SequenceSet = readonly (readonly [from: number, to: number])[] | '$'

/** sequence-set (RFC 9051 9). */
export function parseSequenceSet(scanner: Scanner): SequenceSet {
  if (scanner.maybe('$')) return '$'
  const ranges: [number, number][] = []
  do {
    if (ranges.length >= grammarLimits.sequenceRanges) throw new ImapSyntaxError(`more than ${grammarLimits.sequenceRanges} ranges in a sequence set`)
    const from = seqNumber(scanner)
    ranges.push([from, scanner.maybe(':') ? seqNumber(scanner) : from])
  } while (scanner.maybe(','))
  return ranges
}

function seqNumber(scanner: Scanner): number {
  return scanner.maybe('*') ? star : scanner.nzNumber('a number or "*"')
}

/** Whether a key of SEARCH or an argument begins like one. */
export function startsSequenceSet(scanner: Scanner): boolean {
  const c = scanner.peek()
  return scanner.isDigit() || c === 0x2a || c === 0x24
}

/** The same numbers as ascending ranges that do not touch; `*` is `largest`. With nothing in use (`largest` 0) a range with `*` is empty. */
export function resolveRanges(set: readonly (readonly [number, number])[], largest: number): [first: number, last: number][] {
  const ascending: [number, number][] = []
  for (const [a, b] of set) {
    if (largest === 0 && (a === star || b === star)) continue
    const from = a === star ? largest : a
    const to = b === star ? largest : b
    ascending.push(from <= to ? [from, to] : [to, from])
  }
  if (ascending.length < 2) return ascending
  ascending.sort((x, y) => x[0] - y[0])
  const joined: [number, number][] = []
  let last: [number, number] | undefined
  for (const range of ascending) {
    if (last !== undefined && range[0] <= last[1] + 1) {
      if (range[1] > last[1]) last[1] = range[1]
    } else {
      joined.push(range)
      last = range
    }
  }
  return joined
}
