import { type Examined, examine } from './examine.ts'
import type { SpamInput, TestHit } from './input.ts'
import { forget, learn, logOdds } from './learn/learner.ts'
import { learnedPoints } from './learn/share.ts'
import type { Label } from './learn/ledger.ts'
import type { Model } from './learn/model.ts'
import type { SpamScore } from './score.ts'

/** What has been learned, as far as there is something. */
export interface Models {
  readonly installation?: Model | undefined
  readonly mailbox?: Model | undefined
}

export interface FilterOptions {
  /** The installation's own test string (SPEC A6). */
  readonly testString?: string | undefined
}

/**
 * The content filter (SPEC A4 to A6, A11): octets in, a score and its reasons out. Synchronous and pure; no clock but for its budget, no
 * socket. A message is examined once; each mailbox's judgement of it then costs little.
 */
export class ContentFilter {
  readonly #options: FilterOptions

  constructor(options: FilterOptions = {}) {
    this.#options = options
  }

  /** All that is found in a message without any model. */
  examine(input: SpamInput): Examined {
    return examine(input, this.#options)
  }

  /** The score for a mailbox with these models. */
  judge(examined: Examined, models: Models): SpamScore {
    const tests: TestHit[] = [...examined.hits]
    for (const model of [models.installation, models.mailbox]) {
      const points = model === undefined ? 0 : round(learnedPoints(logOdds(examined.evidence, model), model))
      if (points !== 0) tests.push({ name: model?.kind === 'mailbox' ? 'LEARNED_MAILBOX' : 'LEARNED_INSTALLATION', score: points })
    }
    tests.sort((a, b) => Math.abs(b.score) - Math.abs(a.score))
    return { score: round(tests.reduce((sum, hit) => sum + hit.score, 0)), tests, complete: true, autolearn: 'no' }
  }

  /** Teaches a model. false: it had been taught that by this message and is sure of it. A lesson to the contrary is taken back first. */
  learn(examined: Examined, label: Label, model: Model): boolean {
    return learn(examined.evidence, label, model)
  }

  /** Takes back what this message taught. false: it had taught nothing, or that is not remembered. */
  forget(examined: Examined, model: Model): boolean {
    return forget(examined.evidence, model)
  }
}

function round(score: number): number {
  return Math.round(score * 1000) / 1000
}
