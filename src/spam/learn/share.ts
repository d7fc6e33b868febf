import type { Model } from './model.ts'

/** Lessons after which a model has half its say. */
const half = { installation: 5, mailbox: 4 } as const
/** Whoever is taught one kind alone believes that of everything: such lessons count little. */
const oneSided = 0.1
/** Points for one unit of log-odds. */
const pointsPerOdds = 0.7
/** Points that are never reached: what was learned weighs more than any test, but is not all. */
const most = { installation: 16, mailbox: 10 } as const

/** Points that a model gives: the more it was taught of both kinds, the more of what it believes. */
export function learnedPoints(odds: number, model: Model): number {
  const ham = model.taught('ham')
  const spam = model.taught('spam')
  const lessons = Math.min(ham, spam) + oneSided * Math.max(ham, spam)
  const points = (odds * pointsPerOdds * lessons) / (lessons + half[model.kind])
  return most[model.kind] * Math.tanh(points / most[model.kind])
}
