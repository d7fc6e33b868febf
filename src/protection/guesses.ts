import type { Clock } from '../base/clock.ts'
import { hostOf, networkOf } from '../mail/network.ts'
import { Bucket } from './bucket.ts'
import { Recent } from './recent.ts'

/** Somebody wants to sign in. */
export interface Attempt {
  /** The name that was given, in one spelling, whether or not there is such an account: both are treated alike. */
  readonly account: string
  /** Canonical text. */
  readonly ip: string
}

/**
 * Wrong passwords that cost nothing; past them answers come late. One is forgotten every `recoveryMs`. Attempts that are not decided yet
 * count like wrong ones past `parallel`: an office may sign in all at once after a restart, a thousand guesses may not.
 */
interface Patience {
  readonly free: number
  readonly recoveryMs: number
  readonly parallel: number
}

/** What signing in asks of the brakes. They may be another process's: then the delay is a promise. */
export interface GuessBrakes {
  /**
   * Milliseconds to wait before the password is looked at and answered; `throttled`: do not look, say "later". Every number is followed by
   * one of `failed`, `succeeded` and `unanswered`.
   */
  delayMs(attempt: Attempt): number | 'throttled' | Promise<number | 'throttled'>
  failed(attempt: Attempt): void
  /** From now on this host is one of the account's own. */
  succeeded(attempt: Attempt): void
  /** The password was not looked at, by a fault of ours. */
  unanswered(attempt: Attempt): void
}

const minuteMs = 60_000

/** From one host: a mistyped password a few times is human. */
const hostPatience: Patience = { free: 5, recoveryMs: 5 * minuteMs, parallel: 50 }
const networkPatience: Patience = { free: 20, recoveryMs: minuteMs, parallel: 200 }
/** Against one account from everywhere that its owner has not signed in from. */
const accountPatience: Patience = { free: 10, recoveryMs: 5 * minuteMs, parallel: 20 }
/** Where this account's owner has signed in before: a phone with the old password tries on for days. */
const knownPatience: Patience = { free: 30, recoveryMs: minuteMs, parallel: 50 }

const firstDelayMs = 500
/** The longest one guess delays the next answer by. */
const maxStepMs = 8_000
/** Answers of one place come one after another; a place whose next answer would be later than this is told to try later. */
export const maxDelayMs = 30_000

/** Entries remembered of each kind; past that the longest unused go. */
const maxEntries = 50_000
/** An attempt that nobody reported on is forgotten after this. */
const undecidedMs = 2 * minuteMs
/** Longer names are no account's; the rest is not worth the memory. */
const maxNameLength = 320

/**
 * Brakes against guessing passwords (SPEC C12), by host, network and account. The answer is delayed, more with each wrong guess,
 * and the answers of one place queue up, so trying in parallel gains nothing. Only places are ever turned away, never accounts,
 * and a host that the account's owner has signed in from is judged by its own guesses at that account alone: so nobody can
 * lock the owner out by guessing elsewhere, not even from the same network. There, answers only come late; but more than `parallel` at once are no person's.
 */
export class Guesses implements GuessBrakes {
  readonly #clock: Clock
  readonly #hosts = new Recent<Pace>(maxEntries)
  readonly #networks = new Recent<Pace>(maxEntries)
  readonly #accounts = new Recent<Pace>(maxEntries)
  readonly #known = new Recent<Pace>(maxEntries)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  delayMs(attempt: Attempt): number | 'throttled' {
    const nowMs = this.#clock.now()
    const known = this.#known.get(knownKey(attempt))
    if (known !== undefined) return known.isFull(nowMs, knownPatience) ? 'throttled' : Math.min(known.begin(nowMs, knownPatience), maxDelayMs)
    const { host, network, account } = this.#paces(attempt)
    if (Math.max(host.nextInMs(nowMs, hostPatience), network.nextInMs(nowMs, networkPatience)) > maxDelayMs) return 'throttled'
    // An account's answers do not queue up: whoever guesses at it must not push the owner's turn away
    const accountMs = account.step(nowMs, accountPatience)
    account.begin(nowMs, accountPatience)
    return Math.max(host.begin(nowMs, hostPatience), network.begin(nowMs, networkPatience), accountMs)
  }

  failed(attempt: Attempt): void {
    const nowMs = this.#clock.now()
    const known = this.#known.get(knownKey(attempt))
    if (known !== undefined) return known.wrong(nowMs, knownPatience)
    const { host, network, account } = this.#paces(attempt)
    host.wrong(nowMs, hostPatience)
    network.wrong(nowMs, networkPatience)
    account.wrong(nowMs, accountPatience)
  }

  /** What the host guessed at other accounts is not forgotten. */
  succeeded(attempt: Attempt): void {
    this.unanswered(attempt)
    paceOf(this.#known, knownKey(attempt))
  }

  unanswered(attempt: Attempt): void {
    const known = this.#known.get(knownKey(attempt))
    if (known !== undefined) return known.end()
    const { host, network, account } = this.#paces(attempt)
    host.end()
    network.end()
    account.end()
  }

  #paces(attempt: Attempt): { readonly host: Pace; readonly network: Pace; readonly account: Pace } {
    return {
      host: paceOf(this.#hosts, hostOf(attempt.ip)),
      network: paceOf(this.#networks, networkOf(attempt.ip, 48)),
      account: paceOf(this.#accounts, accountKey(attempt)),
    }
  }
}

/** Wrong guesses of one place or at one account, and when its next answer may come. */
class Pace {
  readonly #wrong = new Bucket()
  #nextMs = 0
  /** Attempts that are not decided yet, and when the last one came. */
  #undecided = 0
  #lastMs = 0

  wrong(nowMs: number, patience: Patience): void {
    this.end()
    this.#wrong.add(nowMs, 1, patience.recoveryMs)
  }

  end(): void {
    if (this.#undecided > 0) this.#undecided--
  }

  /** As many wait to be decided as may at once. */
  isFull(nowMs: number, patience: Patience): boolean {
    return this.#undecidedNow(nowMs) >= patience.parallel
  }

  #undecidedNow(nowMs: number): number {
    return nowMs - this.#lastMs > undecidedMs ? 0 : this.#undecided
  }

  /** How long the next answer takes, from its turn. 0 while guesses are free. */
  step(nowMs: number, patience: Patience): number {
    const undecided = Math.max(0, this.#undecidedNow(nowMs) - patience.parallel)
    const excess = Math.round(this.#wrong.level(nowMs, 1, patience.recoveryMs)) + undecided - patience.free
    return excess < 0 ? 0 : Math.min(maxStepMs, firstDelayMs * 2 ** Math.min(excess, 10))
  }

  /** When an answer would come, if its attempt were let in now. */
  nextInMs(nowMs: number, patience: Patience): number {
    const step = this.step(nowMs, patience)
    return step === 0 ? 0 : Math.max(0, this.#nextMs - nowMs) + step
  }

  /** The same, and the answer's turn is taken. */
  begin(nowMs: number, patience: Patience): number {
    const wait = this.nextInMs(nowMs, patience)
    if (wait > 0) this.#nextMs = nowMs + Math.min(wait, maxDelayMs + maxStepMs)
    if (nowMs - this.#lastMs > undecidedMs) this.#undecided = 0
    this.#undecided++
    this.#lastMs = nowMs
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
  return `${hostOf(attempt.ip)} ${accountKey(attempt)}`
}
