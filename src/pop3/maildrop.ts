import type { AccountId, MailboxId, Uid } from '../mail/ids.ts'
import type { MailboxView, Message } from '../store/mailbox.ts'
import type { Store } from '../store/store.ts'

/** What POP3 asks of the store. */
export type MaildropStore = Pick<Store, 'mailbox' | 'view' | 'messages' | 'read' | 'expunge'>

/** Ranges of one change: a maildrop of which every second message goes is removed in several. */
const rangesAtOnce = 10_000
/** Messages that are looked up together when one is asked for out of order. */
const neighbours = 8

/** The inbox as it was at sign-in. Messages have numbers from 1 (RFC 1939 5). */
export class Maildrop {
  readonly #store: MaildropStore
  readonly #accountId: AccountId
  readonly #mailboxId: MailboxId
  readonly #view: MailboxView
  /** Sizes of messages marked as deleted, by number. */
  readonly #deleted = new Map<number, number>()
  /** The messages that were looked up last. */
  #page = new Map<number, Message>()
  /** The number after the last one of the page. */
  #pageEnd = 0

  private constructor(store: MaildropStore, accountId: AccountId, view: MailboxView) {
    this.#store = store
    this.#accountId = accountId
    this.#mailboxId = view.mailbox.mailboxId
    this.#view = view
  }

  /** Undefined: there is no inbox, which is a fault of ours. */
  static async open(store: MaildropStore, accountId: AccountId): Promise<Maildrop | undefined> {
    const inbox = await store.mailbox(accountId, 'INBOX')
    const view = inbox === undefined ? undefined : await store.view(accountId, inbox.mailboxId)
    return view === undefined ? undefined : new Maildrop(store, accountId, view)
  }

  /** Messages not marked as deleted, and their octets. */
  get status(): { readonly messages: number; readonly sizeBytes: number } {
    let sizeBytes = this.#view.mailbox.sizeBytes
    for (const deleted of this.#deleted.values()) sizeBytes -= deleted
    return { messages: this.#view.uids.length - this.#deleted.size, sizeBytes }
  }

  /** Is there such a message, not marked as deleted? */
  has(number: number): boolean {
    return number >= 1 && number <= this.#view.uids.length && !this.#deleted.has(number)
  }

  /** RFC 1939 7: at most 70 characters, the same in every session. */
  uniqueId(number: number): string {
    return `${this.#view.mailbox.uidValidity}.${this.#uid(number)}`
  }

  /** Numbers of all messages not marked as deleted. */
  *numbers(): Generator<number> {
    for (let number = 1; number <= this.#view.uids.length; number++) if (!this.#deleted.has(number)) yield number
  }

  /** Undefined: another session has removed it. Only for numbers that `has` knows. */
  async message(number: number): Promise<Message | undefined> {
    const uid = this.#uid(number)
    const known = this.#page.get(uid)
    if (known !== undefined) return known
    // One after another is how most clients read: then a whole page is looked up.
    const last = number === this.#pageEnd ? this.#view.uids.length : Math.min(number + neighbours, this.#view.uids.length)
    for await (const page of this.#store.messages(this.#accountId, this.#mailboxId, [[uid, this.#uid(last)]], { flags: false })) {
      this.#page = new Map(page.map((message) => [message.uid, message]))
      this.#pageEnd = this.#numberAfter(page.at(-1)?.uid ?? uid)
      break
    }
    return this.#page.get(uid)
  }

  /** Sizes of all messages not marked as deleted and not removed by others, in pages. */
  async *sizes(): AsyncGenerator<readonly { readonly number: number; readonly sizeBytes: number }[]> {
    const { uids } = this.#view
    if (uids.length === 0) return
    let number = 1
    for await (const page of this.#store.messages(this.#accountId, this.#mailboxId, [[this.#uid(1), this.#uid(uids.length)]], { flags: false })) {
      const sizes: { number: number; sizeBytes: number }[] = []
      for (const { uid, sizeBytes } of page) {
        while (number < uids.length && this.#uid(number) < uid) number++
        if (this.#uid(number) === uid && !this.#deleted.has(number)) sizes.push({ number, sizeBytes })
      }
      yield sizes
    }
  }

  read(message: Message, start: number, end: number): Promise<Uint8Array> {
    return this.#store.read(message.body, start, end)
  }

  /** Marks it; nothing is removed before `removeDeleted`. */
  async markDeleted(number: number): Promise<void> {
    this.#deleted.set(number, (await this.message(number))?.sizeBytes ?? 0)
  }

  unmarkAll(): void {
    this.#deleted.clear()
  }

  /** Removes what was marked, for good. False: not all of it could be removed. */
  async removeDeleted(): Promise<boolean> {
    const ranges = this.#deletedRanges()
    for (let from = 0; from < ranges.length; from += rangesAtOnce) {
      const outcome = await this.#store.expunge(this.#accountId, this.#mailboxId, ranges.slice(from, from + rangesAtOnce), { deletedOnly: false })
      if (outcome.done === undefined) return false
    }
    return true
  }

  /** Neighbours in one range: what lay between their UIDs is not there any more. */
  #deletedRanges(): [number, number][] {
    const ranges: [number, number][] = []
    let before = Number.NaN
    for (const number of Array.from(this.#deleted.keys()).sort((a, b) => a - b)) {
      const range = ranges.at(-1)
      if (range !== undefined && number === before + 1) range[1] = this.#uid(number)
      else ranges.push([this.#uid(number), this.#uid(number)])
      before = number
    }
    return ranges
  }

  #uid(number: number): Uid {
    const uid = this.#view.uids[number - 1]
    if (uid === undefined) throw new RangeError(`the maildrop has no message ${number}`)
    return uid as Uid
  }

  #numberAfter(uid: number): number {
    const { uids } = this.#view
    let low = 0
    let high = uids.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((uids[middle] ?? 0) <= uid) low = middle + 1
      else high = middle
    }
    return low + 1
  }
}
