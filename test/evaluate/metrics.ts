/** How good scores are, as the TREC spam track measured it (Cormack, Lynam 2005). Shares are percentages. */
export interface Metrics {
  readonly ham: number
  readonly spam: number
  /** 100 × (1 − area under the curve of spam caught over ham lost); equal scores count half. */
  readonly roca: number
  /** Spam caught where at most 0.01, 0.1 and 1 % of the ham is lost. */
  readonly caught: Readonly<Record<'0.01' | '0.1' | '1', number>>
  readonly levels: readonly LevelMetrics[]
}

/** One of the five strengths (SPEC A4). */
export interface LevelMetrics {
  readonly name: string
  readonly required: number
  readonly hamLost: number
  readonly spamMissed: number
  /** Logistic average of the two, with half an error more, so that none is not endless. */
  readonly lam: number
}

export interface Judged {
  readonly path: string
  readonly spam: boolean
  readonly score: number
}

/** Points that each strength requires (SPEC A4). */
const strengths: readonly (readonly [name: string, required: number])[] = [
  ['very low', 12],
  ['low', 9],
  ['medium', 6],
  ['high', 4],
  ['very high', 2.5],
]

/** undefined: one of the classes is missing. */
export function measure(judged: readonly Judged[]): Metrics | undefined {
  const ham = judged.filter((one) => !one.spam).map((one) => one.score)
  const spam = judged.filter((one) => one.spam).map((one) => one.score)
  if (ham.length === 0 || spam.length === 0) return undefined
  ham.sort((a, b) => a - b)
  spam.sort((a, b) => a - b)
  const caught = (share: number) => percent(spam.filter((score) => score > hamLimit(ham, share)).length, spam.length)
  return {
    ham: ham.length,
    spam: spam.length,
    roca: 100 * (1 - areaUnderCurve(ham, spam)),
    caught: { '0.01': caught(0.0001), '0.1': caught(0.001), '1': caught(0.01) },
    levels: strengths.map(([name, required]) => levelMetrics(name, required, ham, spam)),
  }
}

/** The highest score of ham that may not be lost: spam has to be above it. */
function hamLimit(sortedHam: readonly number[], share: number): number {
  let lost = 0
  while (lost < sortedHam.length) {
    const score = sortedHam[sortedHam.length - 1 - lost] ?? -Infinity
    let equals = lost
    while (equals < sortedHam.length && sortedHam[sortedHam.length - 1 - equals] === score) equals += 1
    if (equals > share * sortedHam.length) return score
    lost = equals
  }
  return -Infinity
}

function areaUnderCurve(sortedHam: readonly number[], sortedSpam: readonly number[]): number {
  let area = 0
  let below = 0
  let upTo = 0
  for (const score of sortedSpam) {
    while (below < sortedHam.length && (sortedHam[below] ?? 0) < score) below += 1
    upTo = Math.max(upTo, below)
    while (upTo < sortedHam.length && (sortedHam[upTo] ?? 0) <= score) upTo += 1
    area += (below + upTo) / 2
  }
  return area / sortedHam.length / sortedSpam.length
}

function levelMetrics(name: string, required: number, ham: readonly number[], spam: readonly number[]): LevelMetrics {
  const lost = ham.filter((score) => score >= required).length
  const missed = spam.filter((score) => score < required).length
  const middle = (logit((lost + 0.5) / (ham.length + 1)) + logit((missed + 0.5) / (spam.length + 1))) / 2
  return { name, required, hamLost: percent(lost, ham.length), spamMissed: percent(missed, spam.length), lam: 100 / (1 + Math.exp(-middle)) }
}

function logit(share: number): number {
  return Math.log(share / (1 - share))
}

function percent(part: number, whole: number): number {
  return (100 * part) / whole
}
