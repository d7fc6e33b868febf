import type { TestHit } from './input.ts'

/** What the filter says of a message. Whether that is too much, the strength of each address decides (SPEC A4). */
export interface SpamScore {
  /** Sum of the tests' scores. */
  readonly score: number
  /** All that fired, the weightiest first. */
  readonly tests: readonly TestHit[]
  /** false: time was up before all tests had run; the score is of what was known by then. */
  readonly complete: boolean
  /** What the installation's model may be taught by this message without a person (header of SPEC A5). */
  readonly autolearn: 'ham' | 'spam' | 'no'
}

/** The score that these tests make, and their order. */
export function summed(tests: readonly TestHit[]): Pick<SpamScore, 'score' | 'tests'> {
  return { score: rounded(sum(tests)), tests: tests.toSorted((a, b) => Math.abs(b.score) - Math.abs(a.score)) }
}

export function sum(tests: readonly TestHit[]): number {
  return tests.reduce((total, { score }) => total + score, 0)
}

/** Points as they are shown. */
export function rounded(points: number): number {
  return Math.round(points * 1000) / 1000
}
