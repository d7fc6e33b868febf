import type { Location } from '../content/content.ts'
import type { JournalOutcome } from '../journal/entry.ts'
import type { PackedCounts } from '../journal/statistics/kinds.ts'
import type { AccountId, MailboxId, ModSeq } from '../mail/ids.ts'
import type { Notice } from './mailbox.ts'

/** Accounts whose counters are kept in memory, for the quota check at RCPT. About 100 bytes each. */
const maxUsages = 100_000

/** What the account's counters were after its latest change. */
export interface Usage {
  readonly usedBytes: number
  readonly messages: number
}

/** A step of the index: what it covers now, and what changed on the way (Batch.changed). */
export interface Step {
  readonly to: Location
  readonly changed: readonly number[]
  /** Batch.dueMs. */
  readonly dueMs?: number | undefined
  /** What the journal has got with it, counted. */
  readonly outcomes?: Readonly<Partial<Record<JournalOutcome, number>>>
  /** The same for the statistics. */
  readonly counts?: PackedCounts
}

/** Who in this process hears of changes: sessions by account, the quota check, and other processes. */
export class Notices {
  readonly #listeners = new Map<AccountId, Set<(notice: Notice) => void>>()
  readonly #usages = new Map<AccountId, Usage>()
  readonly #steps = new Set<(step: Step) => void>()

  tell(step: Step): void {
    const { changed } = step
    for (let at = 0; at < changed.length; at += 5) {
      const [accountId, mailboxId, modSeq, usedBytes, messages] = changed.slice(at, at + 5) as [AccountId, MailboxId, ModSeq, number, number]
      // Only who is known already is kept up to date: a replay of a million accounts must not fill memory.
      if (this.#usages.has(accountId)) this.#usages.set(accountId, { usedBytes, messages })
      const listeners = this.#listeners.get(accountId)
      if (listeners !== undefined) for (const listener of listeners) listener({ accountId, mailboxId, modSeq })
    }
    for (const listener of this.#steps) listener(step)
  }

  /** A mailbox has changed, and the index does not say yet how: whoever asks it waits for it. */
  announce(accountId: AccountId, mailboxId: MailboxId): void {
    for (const listener of this.#listeners.get(accountId) ?? []) listener({ accountId, mailboxId, modSeq: Infinity as ModSeq })
  }

  /** Every step, whatever account it changed. */
  onStep(listener: (step: Step) => void): void {
    this.#steps.add(listener)
  }

  listen(accountId: AccountId, listener: (notice: Notice) => void): () => void {
    let listeners = this.#listeners.get(accountId)
    if (listeners === undefined) this.#listeners.set(accountId, (listeners = new Set()))
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(accountId) === listeners) this.#listeners.delete(accountId)
    }
  }

  usage(accountId: AccountId): Usage | undefined {
    return this.#usages.get(accountId)
  }

  /** The account goes; its id is never used again. */
  forgetUsage(accountId: AccountId): void {
    this.#usages.delete(accountId)
  }

  /** As read from the index; what a change has told meanwhile is newer. */
  keepUsage(accountId: AccountId, usage: Usage): void {
    if (this.#usages.size >= maxUsages) this.#usages.clear()
    if (!this.#usages.has(accountId)) this.#usages.set(accountId, usage)
  }
}
