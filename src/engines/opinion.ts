/** What an engine says of a message. */
export interface Opinion {
  /** In the engine's own points. */
  readonly score: number
  /** Tests that fired; their sum may be another than the score. */
  readonly tests: readonly EngineTest[]
}

/** A test of an engine's, or of ours that stands for it. */
export interface EngineTest {
  readonly name: string
  readonly score: number
}

/** Longest name that is kept, in characters. */
const maxNameLength = 60
/** Tests of one opinion: the weightiest. More go together as the rest. */
const maxTests = 100
/** Points beyond that say no more; SpamAssassin's own test line has so many. */
const mostPoints = 1000

/** The score is no number where the reply was not understood. @throws Error */
export function opinion(score: unknown, tests: readonly EngineTest[]): Opinion {
  if (typeof score !== 'number' || !Number.isFinite(score)) throw new Error('a reply without a score')
  return { score: Math.max(-mostPoints, Math.min(mostPoints, score)), tests: tests.filter((test) => Number.isFinite(test.score)) }
}

/**
 * The opinion as tests of ours: `RSPAMD_MISSING_DATE`. Points are the engine's times `weight`, and their sum is its score times `weight`: what
 * rounding, limits of groups or rows that we do not have leave over is `RSPAMD_REST`.
 */
export function testsOf({ score, tests }: Opinion, prefix: string, weight: number): EngineTest[] {
  const weighed = tests.map((test) => ({ name: `${prefix}${tidy(test.name)}`, score: rounded(test.score * weight) }))
  const counted = weighed
    .filter((test) => test.score !== 0)
    .toSorted((a, b) => Math.abs(b.score) - Math.abs(a.score))
    .slice(0, maxTests)
  const rest = rounded(score * weight - counted.reduce((sum, test) => sum + test.score, 0))
  return rest === 0 ? counted : [...counted, { name: `${prefix}REST`, score: rest }]
}

function tidy(name: string): string {
  return name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9_]/g, '_')
    .slice(0, maxNameLength)
}

function rounded(points: number): number {
  return Math.round(points * 1000) / 1000
}
