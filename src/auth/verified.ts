import { createHmac, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'

/** How long a right password is known without hashing it again. */
const holdsMs = 5 * 60_000
/** Remembered at once; about 200 bytes each. */
const maxRemembered = 20_000

/**
 * Which password was right for which credential, as an HMAC under a key of this process: mail clients sign in every few minutes,
 * and a hash each time would cost more than all else they do. The credential's own value is part of it, so that a new password
 * ends it at once.
 */
export class Verified {
  readonly #clock: Clock
  readonly #key = randomBytes(32)
  readonly #until = new LRUCache<string, number>({ max: maxRemembered })

  constructor(clock: Clock) {
    this.#clock = clock
  }

  tokenOf(credential: string, password: string): string {
    // The lengths keep two fields from being read as two others.
    return createHmac('sha256', this.#key).update(`${credential.length}:${credential}${password}`).digest('base64')
  }

  has(token: string): boolean {
    const untilMs = this.#until.get(token)
    return untilMs !== undefined && untilMs > this.#clock.now()
  }

  add(token: string): void {
    this.#until.set(token, this.#clock.now() + holdsMs)
  }
}
