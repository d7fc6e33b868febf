import { setTimeout as sleep } from 'node:timers/promises'
import type { Attempt, GuessBrakes } from '../protection/guesses.ts'
import { TooManyWaiting, Turns } from '../base/turns.ts'

/** Attempts of one host that are decided at the same time, in all processes together; fewer than Guesses takes for guessing in parallel. */
const hostAtOnce = 16
const hostMaxWaiting = 1000

/** How an attempt went, as far as the brakes care: a right password whose second factor is still to come is neither right nor wrong. */
interface Judged {
  readonly signedIn?: unknown
  /** Of which it knows those of `SignInRefusal`, and `second`. */
  readonly refused?: string
}

interface Throttled {
  readonly signedIn?: never
  readonly refused: 'throttled'
}

/** Slows down who guesses (SPEC C12): the same for every way to sign in. */
export class Brakes {
  readonly #guesses: GuessBrakes
  readonly #hostAtOnce: number
  /** Of hosts with attempts under way. */
  readonly #hosts = new Map<string, Turns>()

  /** @param processes that sign people in beside each other, this one included */
  constructor(guesses: GuessBrakes, processes: number) {
    this.#guesses = guesses
    this.#hostAtOnce = Math.max(1, Math.floor(hostAtOnce / processes))
  }

  /** Decides an attempt when its time has come, and remembers how it went. `decide` must not wait for the client: others wait for its turn. */
  async judge<Answer extends Judged>(attempt: Attempt, decide: () => Promise<Answer>): Promise<Answer | Throttled> {
    try {
      const first = await this.#inTurn(attempt.ip, async () => {
        const delayMs = await this.#guesses.delayMs(attempt)
        return delayMs === 0 ? await this.#counted(attempt, decide) : delayMs
      })
      if (first === 'throttled') return { refused: 'throttled' }
      if (typeof first !== 'number') return first
      // Who has to wait does so outside the turn: a phone with an old password must not hold up its office.
      await sleep(first, undefined, { ref: false })
      return await this.#counted(attempt, decide)
    } catch (err) {
      if (err instanceof TooManyWaiting) return { refused: 'throttled' }
      throw err
    }
  }

  async #counted<Answer extends Judged>(attempt: Attempt, decide: () => Promise<Answer>): Promise<Answer> {
    const answer = await decide()
    if (answer.signedIn !== undefined || answer.refused === 'locked') this.#guesses.succeeded(attempt)
    else if (answer.refused === 'credentials' || answer.refused === 'second') this.#guesses.failed(attempt)
    else this.#guesses.unanswered(attempt)
    return answer
  }

  /** A few attempts of one host at a time: an office that comes back all at once is let in, one after another, and not taken for guessing. */
  async #inTurn<Result>(ip: string, work: () => Promise<Result>): Promise<Result> {
    const turns = this.#hosts.get(ip) ?? new Turns(this.#hostAtOnce, hostMaxWaiting)
    this.#hosts.set(ip, turns)
    try {
      return await turns.run(work)
    } finally {
      if (turns.idle) this.#hosts.delete(ip)
    }
  }
}
