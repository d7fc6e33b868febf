import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Ephemeral, Table } from '../ephemeral/ephemeral.ts'
import { type Address, addressKey } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'

/** Pairs of a mailbox and somebody it wrote to; past that, those go first that would be forgotten soonest. 33 octets each. */
const maxPairs = 1_000_000
/** How long somebody is remembered after the last message: who is written to once a year at Christmas is known. */
const memoryMs = 400 * 86_400_000
/** Somebody who is written to all the time is written down again once in so long. */
const renewalMs = 7 * 86_400_000

/**
 * Whom each mailbox has written to: their answers are expected (SPEC A2, A11), and who was never written to counts as new. Survives a restart.
 * Nobody can list it: the table knows hashes.
 */
export class Correspondents {
  readonly #table: Table
  readonly #clock: Clock
  readonly #log: Log

  constructor(options: { readonly ephemeral: Ephemeral; readonly clock: Clock; readonly log: Log }) {
    this.#table = options.ephemeral.table('correspondents', { maxEntries: maxPairs })
    this.#clock = options.clock
    this.#log = options.log
  }

  /** Has this mailbox written to that address? A table that cannot be read knows nobody. */
  async knows(accountId: AccountId, address: Address): Promise<boolean> {
    return (await this.#expiresAtMs(accountId, address)) > this.#clock.now()
  }

  /** Never rejects: what is not remembered costs an answer a greylisting. */
  async wroteTo(accountId: AccountId, addresses: readonly Address[]): Promise<void> {
    await Promise.all(addresses.map((address) => this.#remember(accountId, address)))
  }

  async #remember(accountId: AccountId, address: Address): Promise<void> {
    const nowMs = this.#clock.now()
    const expiresAtMs = nowMs + memoryMs
    if (expiresAtMs - (await this.#expiresAtMs(accountId, address)) < renewalMs) return
    try {
      await this.#table.put(keyOf(accountId, address), { firstSeenAtMs: nowMs, expiresAtMs, confirmations: 1 })
    } catch (err) {
      this.#log.error('correspondent not remembered', { accountId, err })
    }
  }

  async #expiresAtMs(accountId: AccountId, address: Address): Promise<number> {
    try {
      return (await this.#table.get(keyOf(accountId, address)))?.expiresAtMs ?? 0
    } catch (err) {
      this.#log.error('correspondents unavailable', { accountId, err })
      return 0
    }
  }
}

function keyOf(accountId: AccountId, address: Address): string {
  return `${accountId} ${addressKey(address)}`
}
