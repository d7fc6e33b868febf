import { type EvidencePart, evidenceParts } from './evidence.ts'
import type { Digest, Label } from './ledger.ts'
import type { Model } from './model.ts'

/** What a message shows, as a learner sees it: for each of `evidenceParts` the hashes of its features, each once. */
export interface Evidence {
  readonly digest: Digest
  readonly parts: readonly Int32Array[]
}

/** How far a lesson that was wholly unexpected moves the log-odds of the same part. */
const rates: Readonly<Record<EvidencePart, number>> = { route: 8, head: 8, words: 16, letters: 14 }
/** The way a message took says the least where the stream is a new one: it may not outvote what it holds. */
const most: Readonly<Record<EvidencePart, number>> = { route: 3, head: 12, words: 12, letters: 12 }
/** Lessons that a model's leaning goes back to, and the least that a lesson counts that leans the same way. */
const leaningLessons = 20
const leastFactor = 0.15
/** A part whose label was expected with this probability teaches nothing new. */
const sure = 0.97

/**
 * Log-odds of spam by what a model was taught, 0 where that is nothing. On-line logistic regression (Goodman, Yih 2006) over features that
 * count once, divided by the root of their number; each part of the evidence has its own odds, and they are added (Lynam, Cormack 2006).
 */
export function logOdds(evidence: Evidence, model: Model): number {
  let sum = 0
  for (const [index, part] of evidenceParts.entries()) {
    const odds = partOdds(evidence.parts[index] ?? nothing, model)
    sum += Math.max(-most[part], Math.min(most[part], odds))
  }
  return sum
}

/** Returns whether anything changed. A lesson to the contrary is taken back first. */
export function learn(evidence: Evidence, label: Label, model: Model): boolean {
  const { digest, parts } = evidence
  let before = model.ledger.find(digest)
  if (before !== undefined && before.label !== label) {
    forget(evidence, model)
    before = undefined
  }
  const factor = lessonFactor(label, model)
  const steps = evidenceParts.map((part, index) => lesson(parts[index] ?? nothing, label, model, factor * rates[part]))
  if (steps.some((step) => step !== 0)) model.leaning += ((label === 'spam' ? 1 : -1) - model.leaning) / leaningLessons
  if (before === undefined) model.count(label, 1)
  model.ledger.keep(digest, { label, steps: steps.map((step, index) => step + (before?.steps[index] ?? 0)) })
  return before === undefined || steps.some((step) => step !== 0)
}

/**
 * Many lessons of one kind in a row, as when a whole folder is taught, would make everything look like that kind: each of them counts less, and
 * the first of the other kind counts in full.
 */
function lessonFactor(label: Label, { leaning }: Model): number {
  return Math.min(1, Math.max(leastFactor, label === 'spam' ? 1 - leaning : 1 + leaning))
}

export function forget(evidence: Evidence, model: Model): boolean {
  const taught = model.ledger.find(evidence.digest)
  if (taught === undefined) return false
  for (const [index, features] of evidence.parts.entries()) move(features, model, -(taught.steps[index] ?? 0))
  model.ledger.remove(evidence.digest)
  model.count(taught.label, -1)
  return true
}

const nothing = new Int32Array()

/** Takes one step towards the label, unless it was expected; returns how far. */
function lesson(features: Int32Array, label: Label, model: Model, rate: number): number {
  const error = (label === 'spam' ? 1 : 0) - 1 / (1 + Math.exp(-partOdds(features, model)))
  if (features.length === 0 || Math.abs(error) < 1 - sure) return 0
  move(features, model, rate * error)
  return rate * error
}

function partOdds(features: Int32Array, { weights }: Model): number {
  if (features.length === 0) return 0
  const mask = weights.length - 1
  let sum = 0
  for (let index = 0; index < features.length; index += 1) sum += weights[(features[index] ?? 0) & mask] ?? 0
  return sum / Math.sqrt(features.length)
}

function move(features: Int32Array, { weights }: Model, step: number): void {
  if (step === 0) return
  const mask = weights.length - 1
  const change = step / Math.sqrt(features.length)
  for (let index = 0; index < features.length; index += 1) {
    const at = (features[index] ?? 0) & mask
    weights[at] = (weights[at] ?? 0) + change
  }
}
