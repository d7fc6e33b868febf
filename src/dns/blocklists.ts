import type { Clock } from '../base/clock.ts'
import { askDomainBlocklist, askIpBlocklist, type BlocklistAnswer } from './blocklist.ts'
import type { Resolver } from './resolver.ts'

/** Whom a list is asked about. Domains in lower case, addresses in canonical text (mail/ip.ts). */
export type ListQuestion = { readonly ip: string } | { readonly domain: string }

/** What came of asking one list, for who operates. */
export interface ListTally {
  readonly zone: string
  readonly asked: number
  /** Questions that nobody answered, or not as a list does. */
  readonly failed: number
  /** Why, of the last one that failed. */
  readonly why?: string
}

export interface ListFinding {
  /** What it answered, for all that was asked, each once; in 127.0.0.0/8. Empty: not listed, or nobody could tell. */
  readonly codes: readonly string[]
  readonly tally: ListTally
}

/** Questions in a row that a list did not answer … */
const patience = 5
/** … until it is left alone for so long: a dead list must not make every message wait. */
const pauseMs = 60_000

/** Who must not be on any list (RFC 5782 5): a list that has them lists everybody. */
const nobody = { ip: '127.0.0.1', domain: 'invalid' } as const

/** Asks blocklists within a deadline. One that is in trouble lists nobody. */
export class Blocklists {
  readonly #resolver: Pick<Resolver, 'lookup'>
  readonly #clock: Clock
  readonly #silent = new Map<string, { failures: number; untilMs: number }>()

  constructor(resolver: Pick<Resolver, 'lookup'>, clock: Clock) {
    this.#resolver = resolver
    this.#clock = clock
  }

  /** Never rejects. */
  async ask(zone: string, questions: readonly ListQuestion[], timeoutMs: number): Promise<ListFinding> {
    if (questions.length === 0 || this.#isLeftAlone(zone)) return { codes: [], tally: { zone, asked: 0, failed: 0 } }
    const answers = await Promise.all(questions.map((question) => this.#askOne(zone, question, timeoutMs)))
    const failures = answers.flatMap((answer) => (answer.status === 'failed' ? [answer.why] : []))
    this.#remember(zone, failures.length, answers.length)
    const why = failures.at(-1)
    const tally = { zone, asked: answers.length, failed: failures.length, ...(why !== undefined && { why }) }
    return { codes: [...new Set(answers.flatMap((answer) => (answer.status === 'listed' ? answer.codes : [])))], tally }
  }

  async #askOne(zone: string, question: ListQuestion, timeoutMs: number): Promise<BlocklistAnswer> {
    const beganMs = performance.now()
    const answer = await this.#lookUp(zone, question, timeoutMs)
    if (answer.status !== 'listed') return answer
    const leftMs = Math.max(1, timeoutMs - (performance.now() - beganMs))
    const control = await this.#lookUp(zone, 'ip' in question ? { ip: nobody.ip } : { domain: nobody.domain }, leftMs)
    return control.status === 'listed' ? { status: 'failed', why: 'it lists everybody' } : answer
  }

  #lookUp(zone: string, question: ListQuestion, timeoutMs: number): Promise<BlocklistAnswer> {
    return 'ip' in question
      ? askIpBlocklist(this.#resolver, zone, question.ip, { timeoutMs })
      : askDomainBlocklist(this.#resolver, zone, question.domain, { timeoutMs })
  }

  #isLeftAlone(zone: string): boolean {
    return (this.#silent.get(zone)?.untilMs ?? 0) > this.#clock.now()
  }

  #remember(zone: string, failed: number, asked: number): void {
    if (failed < asked) {
      this.#silent.delete(zone)
      return
    }
    const failures = (this.#silent.get(zone)?.failures ?? 0) + failed
    this.#silent.set(zone, { failures, untilMs: failures >= patience ? this.#clock.now() + pauseMs : 0 })
  }
}
