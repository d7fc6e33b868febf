import type { Transaction } from '../../database/database.ts'
import type { AccountId, MailboxId, ModSeq } from '../../mail/ids.ts'

/**
 * What one run of `advance` gathers beside the rows it writes: whom to wake, and how full the segments are. `changed` is a
 * flat list of numbers, five for each change, since it crosses a thread for every message.
 */
export class Batch {
  /** accountId, mailboxId (0: the list of mailboxes), modSeq, used bytes, messages of the account. */
  readonly changed: number[] = []
  /** When the first of the recipients that are new in the queue is due; undefined: there are none. */
  dueMs: number | undefined
  readonly #added = new Map<number, number>()
  readonly #removed = new Map<number, number>()
  readonly tx: Transaction
  /** What people move into the folder for spam, and out of it, is to be learned from. */
  readonly notesLessons: boolean

  constructor(tx: Transaction, { notesLessons }: { readonly notesLessons: boolean }) {
    this.tx = tx
    this.notesLessons = notesLessons
  }

  note(state: AccountState, accountId: AccountId, mailboxId: MailboxId): void {
    this.changed.push(accountId, mailboxId, state.mod_seq, state.used_bytes, state.messages)
  }

  queued(dueMs: number): void {
    this.dueMs = Math.min(this.dueMs ?? dueMs, dueMs)
  }

  added(segment: number, bytes: number): void {
    this.#added.set(segment, (this.#added.get(segment) ?? 0) + bytes)
  }

  removed(segment: number, bytes: number): void {
    this.#removed.set(segment, (this.#removed.get(segment) ?? 0) + bytes)
  }

  /** Writes the segments' accounts; call once, at the end. */
  async finish(): Promise<void> {
    for (const segment of new Set([...this.#added.keys(), ...this.#removed.keys()])) {
      await this.tx.run(
        `INSERT INTO segment_usage (segment, added_bytes, removed_bytes) VALUES (?, ?, ?)
         ON CONFLICT (segment) DO UPDATE SET added_bytes = segment_usage.added_bytes + excluded.added_bytes,
           removed_bytes = segment_usage.removed_bytes + excluded.removed_bytes`,
        segment,
        this.#added.get(segment) ?? 0,
        this.#removed.get(segment) ?? 0,
      )
    }
  }
}

/** The account's counters after a change; the row's update is what serialises an account (DESIGN decision 3). */
export interface AccountState {
  readonly mod_seq: ModSeq
  readonly used_bytes: number
  readonly messages: number
}
