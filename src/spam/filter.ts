import { type Examined, examine } from './examine.ts'
import type { SpamInput, TestHit } from './input.ts'
import { forget, learn, logOdds } from './learn/learner.ts'
import type { Label } from './learn/ledger.ts'
import type { Model } from './learn/model.ts'
import { learnedPoints } from './learn/share.ts'
import type { RuleSet } from './rules/rule-set.ts'
import { rounded, type SpamScore, sum, summed } from './score.ts'
import { type MessageView, viewMessage } from './view/message-view.ts'

/** What has been learned, as far as there is something. */
export interface Models {
  readonly installation?: Model | undefined
  readonly mailbox?: Model | undefined
}

export interface FilterOptions {
  readonly rules: RuleSet
  /** The installation's own test string (SPEC A6). */
  readonly testString?: string | undefined
  /** Milliseconds of CPU after which a message gets a verdict from what is known by then. */
  readonly budgetMs?: number | undefined
}

/** DESIGN, threads: what computes longer than 5 ms is the exception, 200 ms a fault. */
const defaultBudgetMs = 100

/**
 * The content filter (SPEC A4 to A6, A11): octets in, a score and its reasons out. Synchronous; no socket, and no clock but that of its
 * thread's CPU. A message is examined once; each mailbox's judgement of it then costs little.
 */
export class ContentFilter {
  #rules: RuleSet
  readonly #testString: string
  readonly #budgetMs: number

  constructor({ rules, testString = '', budgetMs = defaultBudgetMs }: FilterOptions) {
    this.#rules = rules
    this.#testString = testString
    this.#budgetMs = budgetMs
  }

  /** From the next message on. */
  useRules(rules: RuleSet): void {
    this.#rules = rules
  }

  /** All that is found in a message without any model. `view`: of the same octets, where somebody has made one. */
  examine(input: SpamInput, view?: MessageView): Examined {
    const beganMs = cpuMs()
    return examine(view === undefined ? viewMessage(input) : { ...view, input }, {
      rules: this.#rules,
      testString: this.#testString,
      isLate: () => cpuMs() - beganMs >= this.#budgetMs,
    })
  }

  /** The score for a mailbox with these models. */
  judge({ hits, evidence, complete }: Examined, models: Models): SpamScore {
    const fired: TestHit[] = [...hits]
    for (const model of [models.installation, models.mailbox]) {
      const points = model === undefined ? 0 : rounded(learnedPoints(logOdds(evidence, model), model))
      if (points !== 0) fired.push({ name: model?.kind === 'mailbox' ? 'LEARNED_MAILBOX' : 'LEARNED_INSTALLATION', score: points })
    }
    const { score, tests } = summed(fired)
    return { score, tests, complete, autolearn: autolearn(sum(hits.filter(isUnlearned)), score) }
  }

  /** Teaches a model. false: it had been taught that by this message and is sure of it. A lesson to the contrary is taken back first. */
  learn({ evidence }: Examined, label: Label, model: Model): boolean {
    return learn(evidence, label, model)
  }

  /** Takes back what this message taught. false: it had taught nothing, or that is not remembered. */
  forget({ evidence }: Examined, model: Model): boolean {
    return forget(evidence, model)
  }
}

/** Points without the models' at which a message teaches by itself; a test string, which has more than any message, teaches nothing. */
const certain = { spam: 12, ham: -1.5, testString: 500 } as const

/** Reputation is made of the filter's own verdicts, and must not confirm them (rules/reputation.rules). */
function isUnlearned({ name }: TestHit): boolean {
  return !name.startsWith('REPUTATION_')
}

/** What is certain without having been learned, and is not contradicted by what was: so no model teaches itself what it believes. */
function autolearn(unlearned: number, score: number): SpamScore['autolearn'] {
  if (unlearned >= certain.testString) return 'no'
  if (unlearned >= certain.spam && score >= certain.spam) return 'spam'
  return unlearned <= certain.ham && score <= 0 ? 'ham' : 'no'
}

/** Milliseconds that this thread has computed: others' work on a busy machine is not held against a message. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
