import { LRUCache } from 'lru-cache'
import type { AccountId, MailboxId, Uid } from '../mail/ids.ts'
import { inboxId } from './apply/account.ts'
import type { LogRecord } from './record.ts'
import type { Added } from './store.ts'

/** Accounts of which something is foreseen; about 200 bytes for each mailbox that messages were appended to. */
const maxAccounts = 10_000

/** From one time that everything was forgotten to the next. */
interface Era {
  isOver: boolean
}

/** Messages on their way into one mailbox. */
interface Line {
  readonly era: Era
  /** How many came since the line began. */
  messages: number
  /** What the index gave the first of them; undefined: it has not told yet. */
  first: { readonly uid: number; readonly uidValidity: number } | undefined
}

/**
 * Which UIDs the index will give to messages that it does not have yet. UIDs are given in the order of the log (apply/add-message.ts), so who sees
 * every record on its way there needs to know but one of a mailbox to know those that follow. What brings an unknown number of messages, or none
 * perhaps, ends what is known of a mailbox.
 */
export class UidForecast {
  readonly #accounts = new LRUCache<AccountId, Map<MailboxId, Line>>({ max: maxAccounts })
  #era: Era = { isOver: false }

  /** A record goes to the log, behind all that were told of before. Undefined: nobody knows what it says. */
  expect(record: LogRecord | undefined): Expected | undefined {
    switch (record?.kind) {
      case 'append':
        return this.#append(record.accountId, record.mailboxId, 1)
      case 'append-all':
        if (record.replaces === undefined) return this.#append(record.accountId, record.mailboxId, record.messages.length)
        // If what it replaces has gone, it brings nothing.
        this.#accounts.get(record.accountId)?.delete(record.mailboxId)
        return undefined
      case 'mail':
        for (const { accountId, folder } of record.destinations) {
          // The index finds the folder, or makes it.
          if (folder === undefined) this.#add(accountId)
          else this.#accounts.delete(accountId)
        }
        return undefined
      case 'sent':
        // Whether the report comes depends on what is in the queue then.
        for (const { accountId } of record.report?.destinations ?? []) this.#accounts.delete(accountId)
        return undefined
      case 'copy':
      case 'move':
        this.#accounts.get(record.toAccountId ?? record.accountId)?.delete(record.to)
        return undefined
      case 'create':
      case 'rename':
      case 'delete':
      case 'subscribe':
      case 'quota-level':
      case 'remove-account':
        this.#accounts.delete(record.accountId)
        return undefined
      case 'flags':
      case 'expunge':
      case 'acl':
      case 'metadata':
      case 'relocate':
      case 'baseline':
      case 'queue-baseline':
      case 'baseline-done':
        return undefined
      case 'aside':
      case 'retry':
      case undefined:
        this.forget()
        return undefined
    }
  }

  /** A record did not come as it was told of: nothing is known of those behind it. */
  forget(): void {
    this.#era.isOver = true
    this.#era = { isOver: false }
    this.#accounts.clear()
  }

  #add(accountId: AccountId): void {
    const line = this.#accounts.get(accountId)?.get(inboxId)
    if (line !== undefined) line.messages++
  }

  #append(accountId: AccountId, mailboxId: MailboxId, count: number): Expected {
    let lines = this.#accounts.get(accountId)
    if (lines === undefined) this.#accounts.set(accountId, (lines = new Map()))
    let line = lines.get(mailboxId)
    if (line === undefined) lines.set(mailboxId, (line = { era: this.#era, messages: 0, first: undefined }))
    const expected = new Expected(line, line.messages, count)
    line.messages += count
    return expected
  }
}

/** The messages of one record. */
export class Expected {
  readonly #line: Line
  readonly #place: number
  readonly #count: number

  constructor(line: Line, place: number, count: number) {
    this.#line = line
    this.#place = place
    this.#count = count
  }

  /** What the index will say of them; undefined: nobody knows yet. */
  get added(): Added | undefined {
    const { first, era } = this.#line
    if (first === undefined || era.isOver) return undefined
    const uids = Array.from({ length: this.#count }, (_, index) => (first.uid + this.#place + index) as Uid)
    return { uids, uidValidity: first.uidValidity }
  }

  /** What the index has said. False: something else than was known. */
  learn(outcome: unknown): boolean {
    const { uids: [uid] = [], uidValidity } = (outcome ?? {}) as Partial<Added>
    const known = this.added
    if (known !== undefined) return known.uids[0] === uid && known.uidValidity === uidValidity
    if (uid !== undefined && uidValidity !== undefined) this.#line.first = { uid: uid - this.#place, uidValidity }
    return true
  }
}
