import type { Digest, Label } from './ledger.ts'
import type { Model } from './model.ts'

/** What a message shows, as a learner sees it: for each part of the evidence the hashes of its features, each once. */
export interface Evidence {
  readonly digest: Digest
  readonly parts: readonly Int32Array[]
}

/** How far one lesson moves the weights of a message's features together. */
const rate = 8
/** A message whose label was expected with this probability teaches nothing new. */
const sure = 0.97

/** Log-odds of spam by what the models were taught; 0 where they know nothing. */
export function margin(evidence: Evidence, models: { readonly installation?: Model | undefined; readonly mailbox?: Model | undefined }): number {
  let sum = 0
  for (const model of [models.installation, models.mailbox]) {
    if (model !== undefined) for (const features of evidence.parts) sum += partMargin(features, model)
  }
  return sum
}

export function learn(evidence: Evidence, label: Label, model: Model): boolean {
  const { digest, parts } = evidence
  let before = model.ledger.find(digest)
  if (before !== undefined && before.label !== label) {
    forget(evidence, model)
    before = undefined
  }
  const steps = parts.map((features) => lesson(features, label, model))
  if (before === undefined) model.count(label, 1)
  model.ledger.keep(digest, { label, steps: steps.map((step, index) => step + (before?.steps[index] ?? 0)) })
  return before === undefined || steps.some((step) => step !== 0)
}

export function forget(evidence: Evidence, model: Model): boolean {
  const taught = model.ledger.find(evidence.digest)
  if (taught === undefined) return false
  for (const [index, features] of evidence.parts.entries()) move(features, model, -(taught.steps[index] ?? 0))
  model.ledger.remove(evidence.digest)
  model.count(taught.label, -1)
  return true
}

/** Takes one step towards the label, as long as it is not sure; returns how far. */
function lesson(features: Int32Array, label: Label, model: Model): number {
  const error = (label === 'spam' ? 1 : 0) - 1 / (1 + Math.exp(-partMargin(features, model)))
  if (Math.abs(error) < 1 - sure) return 0
  move(features, model, rate * error)
  return rate * error
}

function partMargin(features: Int32Array, { weights }: Model): number {
  const mask = weights.length - 1
  let sum = 0
  for (const feature of features) sum += weights[feature & mask] ?? 0
  return features.length === 0 ? 0 : sum / Math.sqrt(features.length)
}

function move(features: Int32Array, { weights }: Model, step: number): void {
  const mask = weights.length - 1
  const change = step / Math.sqrt(features.length)
  for (const feature of features) weights[feature & mask] = (weights[feature & mask] ?? 0) + change
}
