import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Ephemeral, Table } from '../../ephemeral/ephemeral.ts'
import { type Address, addressKey } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'

/** Pairs of a mailbox and somebody whom it answered; past that, those go first that would be forgotten soonest. 33 octets each. */
const maxPairs = 1_000_000

/** Who was answered by whom, with which words. */
export interface AnsweredPair {
  readonly accountId: AccountId
  /** Other words are told to everybody again. */
  readonly setAtMs: number
  readonly sender: Address
}

/** Whom each mailbox has answered lately (RFC 3834 2). Survives a restart. Nobody can list it: the table knows hashes. */
export class Answered {
  readonly #table: Table
  readonly #clock: Clock
  readonly #log: Log
  /** Pairs that are being looked up and written, in this process. */
  readonly #claiming = new Set<string>()

  constructor(options: { readonly ephemeral: Ephemeral; readonly clock: Clock; readonly log: Log }) {
    this.#table = options.ephemeral.table('answered', { maxEntries: maxPairs })
    this.#clock = options.clock
    this.#log = options.log
  }

  /** When that was last; undefined: never. Where the table cannot be read it was just now: silence does no harm. */
  async lastMs(pair: AnsweredPair): Promise<number | undefined> {
    try {
      return (await this.#table.get(keyOf(pair)))?.firstSeenAtMs
    } catch (err) {
      this.#log.error('whom a mailbox answered cannot be read', { accountId: pair.accountId, err })
      return this.#clock.now()
    }
  }

  /** Writes down that it is answered now. False: that is not to be, since somebody else is at it, or it could not be written. */
  async claim(pair: AnsweredPair, periodMs: number): Promise<boolean> {
    const key = keyOf(pair)
    if (this.#claiming.has(key)) return false
    this.#claiming.add(key)
    try {
      const nowMs = this.#clock.now()
      const lastMs = await this.lastMs(pair)
      if (lastMs !== undefined && nowMs - lastMs < periodMs) return false
      await this.#table.put(key, { firstSeenAtMs: nowMs, expiresAtMs: nowMs + periodMs, confirmations: 1 })
      return true
    } catch (err) {
      this.#log.error('answer not remembered, and not given', { accountId: pair.accountId, err })
      return false
    } finally {
      this.#claiming.delete(key)
    }
  }

  /** It was not answered after all. */
  async release(pair: AnsweredPair): Promise<void> {
    await this.#table.delete(keyOf(pair))
  }
}

function keyOf({ accountId, setAtMs, sender }: AnsweredPair): string {
  return `${accountId} ${setAtMs} ${addressKey(sender)}`
}
