import type { Clock } from '../base/clock.ts'
import { networkOf } from './network.ts'
import { addressOf, Bucket, Recent } from './places.ts'

/** Somebody wants to sign in. */
export interface Attempt {
  /** The name that was given, in one spelling, whether or not there is such an account: both are treated alike. */
  readonly account: string
  /** Canonical text. */
  readonly ip: string
}

/** Wrong passwords that cost nothing; past them answers come late. One is forgotten every `recoveryMs`. */
interface Patience {
  readonly free: number
  readonly recoveryMs: number
}

const minuteMs = 60_000

/** From one host: a mistyped password a few times is human. */
const hostPatience: Patience = { free: 5, recoveryMs: 5 * minuteMs }
const networkPatience: Patience = { free: 20, recoveryMs: minuteMs }
/** Against one account from everywhere that its owner has not signed in from. */
const accountPatience: Patience = { free: 10, recoveryMs: 5 * minuteMs }
/** Where this account's owner has signed in before: a phone with the old password tries on for days. */
const knownPatience: Patience = { free: 30, recoveryMs: minuteMs }

const firstDelayMs = 500
/** The longest one guess delays the next answer by. */
const maxStepMs = 8_000
/** Answers of one place come one after another; a place whose next answer would be later than this is told to try later. */
export const maxDelayMs = 30_000

/** Entries remembered of each kind; past that the longest unused go. */
const maxEntries = 50_000
/** Longer names are no account's; the rest is not worth the memory. */
const maxNameLength = 320

/**
 * Brakes against guessing passwords (SPEC C12), by host, network and account. The answer is delayed, more with each wrong guess,
 * and the answers of one place queue up, so trying in parallel gains nothing. Only places are ever turned away, never accounts,
 * and a host that the account's owner has signed in from is judged by its own guesses at that account alone: so nobody can
 * lock the owner out by guessing elsewhere, not even from the same network.
 */
export class Guesses {
  readonly #clock: Clock
  readonly #hosts = new Recent<Pace>(maxEntries)
  readonly #networks = new Recent<Pace>(maxEntries)
  readonly #accounts = new Recent<Pace>(maxEntries)
  readonly #known = new Recent<Pace>(maxEntries)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Milliseconds to wait before the password is looked at and answered; `throttled`: do not look, say "later". */
  delayMs(attempt: Attempt): number | 'throttled' {
    const nowMs = this.#clock.now()
    const known = this.#known.get(knownKey(attempt))
    if (known !== undefined) return Math.min(known.wait(nowMs, knownPatience), maxDelayMs)
    const host = this.#hosts.get(addressOf(attempt.ip))
    const network = this.#networks.get(networkOf(attempt.ip, 24, 48))
    const placeMs = Math.max(host?.nextInMs(nowMs, hostPatience) ?? 0, network?.nextInMs(nowMs, networkPatience) ?? 0)
    if (placeMs > maxDelayMs) return 'throttled'
    const account = this.#accounts.get(accountKey(attempt))
    const waits = [host?.wait(nowMs, hostPatience), network?.wait(nowMs, networkPatience), account?.step(nowMs, accountPatience)]
    return Math.max(...waits.map((wait) => wait ?? 0))
  }

  failed(attempt: Attempt): void {
    const nowMs = this.#clock.now()
    const known = this.#known.get(knownKey(attempt))
    if (known !== undefined) return known.wrong(nowMs, knownPatience)
    paceOf(this.#hosts, addressOf(attempt.ip)).wrong(nowMs, hostPatience)
    paceOf(this.#networks, networkOf(attempt.ip, 24, 48)).wrong(nowMs, networkPatience)
    paceOf(this.#accounts, accountKey(attempt)).wrong(nowMs, accountPatience)
  }

  /** From now on this host is one of the account's own. What the host guessed at other accounts is not forgotten. */
  succeeded(attempt: Attempt): void {
    paceOf(this.#known, knownKey(attempt))
  }
}

/** Wrong guesses of one place or at one account, and when its next answer may come. */
class Pace {
  readonly #wrong = new Bucket()
  #nextMs = 0

  wrong(nowMs: number, patience: Patience): void {
    this.#wrong.add(nowMs, 1, patience.recoveryMs)
  }

  /** How long the next answer takes, from its turn. 0 while guesses are free. */
  step(nowMs: number, patience: Patience): number {
    const excess = Math.round(this.#wrong.level(nowMs, 1, patience.recoveryMs)) - patience.free
    return excess < 0 ? 0 : Math.min(maxStepMs, firstDelayMs * 2 ** Math.min(excess, 10))
  }

  /** When an answer would come, if its attempt were let in now. */
  nextInMs(nowMs: number, patience: Patience): number {
    const step = this.step(nowMs, patience)
    return step === 0 ? 0 : Math.max(0, this.#nextMs - nowMs) + step
  }

  /** The same, and the answer's turn is taken. */
  wait(nowMs: number, patience: Patience): number {
    const wait = this.nextInMs(nowMs, patience)
    if (wait > 0) this.#nextMs = Math.min(nowMs + wait, nowMs + maxDelayMs + maxStepMs)
    return wait
  }
}

function paceOf(paces: Recent<Pace>, key: string): Pace {
  const known = paces.get(key)
  if (known !== undefined) return known
  const pace = new Pace()
  paces.set(key, pace)
  return pace
}

function accountKey(attempt: Attempt): string {
  return attempt.account.slice(0, maxNameLength)
}

function knownKey(attempt: Attempt): string {
  return `${addressOf(attempt.ip)} ${accountKey(attempt)}`
}
