/** What an operator may set for one destination, or for all of them. */
export interface PaceLimits {
  /** Sessions at once, at most. */
  readonly maxSessions: number
  /** Messages on one session. */
  readonly maxMessagesPerSession: number
  /** Messages in a minute; Infinity: no limit. */
  readonly maxPerMinute: number
}

export const usualPaceLimits: PaceLimits = { maxSessions: 20, maxMessagesPerSession: 100, maxPerMinute: Number.POSITIVE_INFINITY }

/** Sessions to a destination of which nothing is known yet. */
const firstSessions = 2
/** A destination that answers nobody is left alone for so long at first, … */
const firstPauseMs = 60_000
/** … then twice as long each time, up to this. */
const longestPauseMs = 30 * 60_000
const minuteMs = 60_000

/**
 * How fast one destination is sent to, learnt from its answers as TCP learns from loss (Chiu and Jain 1989): one session more after each session's worth of
 * messages that went well, half as many when it says that it is too much. A destination that cannot be reached is left alone, whoever waits for it.
 */
export class Pace {
  readonly #limits: PaceLimits
  #sessions = firstSessions
  /** Messages that went well since the last change. */
  #well = 0
  #pauses = 0
  #pausedUntilMs = 0
  /** A bucket of messages that may go now (RFC 2697's simplest form). */
  #tokens: number
  #filledAtMs: number

  constructor(limits: PaceLimits, nowMs: number) {
    this.#limits = limits
    this.#tokens = limits.maxPerMinute
    this.#filledAtMs = nowMs
  }

  /** How many may be open at once now. */
  get sessions(): number {
    return Math.min(this.#sessions, this.#limits.maxSessions)
  }

  /** Takes leave to send one message; else the moment at which to ask again. */
  take(nowMs: number): { readonly go: true } | { readonly go: false; readonly againAtMs: number } {
    if (nowMs < this.#pausedUntilMs) return { go: false, againAtMs: this.#pausedUntilMs }
    const { maxPerMinute } = this.#limits
    if (maxPerMinute === Number.POSITIVE_INFINITY) return { go: true }
    this.#tokens = Math.min(maxPerMinute, this.#tokens + ((nowMs - this.#filledAtMs) / minuteMs) * maxPerMinute)
    this.#filledAtMs = nowMs
    if (this.#tokens < 1) return { go: false, againAtMs: Math.ceil(nowMs + ((1 - this.#tokens) / maxPerMinute) * minuteMs) }
    this.#tokens -= 1
    return { go: true }
  }

  /** A message was taken, or refused for what it is: the destination works. */
  wentWell(): void {
    this.#pauses = 0
    this.#well += 1
    if (this.#well < this.#sessions) return
    this.#well = 0
    this.#sessions = Math.min(this.#limits.maxSessions, this.#sessions + 1)
  }

  /** "Too many connections", "rate limited", 421: it takes mail, but not so much of it. */
  tooMuch(nowMs: number): void {
    this.#well = 0
    if (this.#sessions === 1) this.#pause(nowMs)
    this.#sessions = Math.max(1, Math.floor(this.#sessions / 2))
  }

  /** Nobody answers, or not as a mail server does. */
  unreachable(nowMs: number): void {
    this.#well = 0
    this.#sessions = 1
    // Sessions that were open at the same time fail at the same time: one pause for all of them.
    if (nowMs >= this.#pausedUntilMs) this.#pause(nowMs)
  }

  #pause(nowMs: number): void {
    this.#pausedUntilMs = nowMs + Math.min(longestPauseMs, firstPauseMs * 2 ** this.#pauses)
    this.#pauses = Math.min(this.#pauses + 1, 20)
  }
}
