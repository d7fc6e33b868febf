import { LRUCache } from 'lru-cache'
import type { AccountId, MailboxId } from '../mail/ids.ts'
import type { Mailbox } from './mailbox.ts'
import type { Step } from './notices.ts'

/** Mailboxes that are remembered, of all accounts; about 400 bytes each. */
const maxMailboxes = 50_000

/** What Step.changed names for the list of mailboxes. */
const mailboxList = 0

/**
 * Mailboxes that were asked for by name, until anything changes in their account, and what they are called by, until its list of mailboxes does.
 * For the process that makes the changes: there they are forgotten before anybody hears that a change was made, so what is remembered is what
 * the index has. Another process might be asked by a client that knows of a change already, before it has heard of it itself.
 */
export class KnownMailboxes {
  readonly #mailboxes = new ByName<Mailbox>(isWholeTruth)
  readonly #ids = new ByName<MailboxId>()

  /** @param read asks the index */
  get(accountId: AccountId, name: string, read: () => Promise<Mailbox | undefined>): Promise<Mailbox | undefined> {
    return this.#mailboxes.get(accountId, name, read)
  }

  /** @param read asks the index */
  idOf(accountId: AccountId, name: string, read: () => Promise<Mailbox | undefined>): Promise<MailboxId | undefined> {
    return this.#ids.get(accountId, name, async () => (await read())?.mailboxId)
  }

  /** The index has moved. */
  tell({ changed }: Step): void {
    for (let at = 0; at < changed.length; at += 5) {
      const accountId = changed[at] as AccountId
      this.#mailboxes.forget(accountId)
      if (changed[at + 1] === mailboxList) this.#ids.forget(accountId)
    }
  }
}

class ByName<Value extends Mailbox | MailboxId> {
  readonly #accounts = new LRUCache<AccountId, Map<string, Value>>({ maxSize: maxMailboxes, sizeCalculation: (names) => 1 + names.size })
  readonly #isToBeKept: (value: Value) => boolean

  constructor(isToBeKept: (value: Value) => boolean = () => true) {
    this.#isToBeKept = isToBeKept
  }

  async get(accountId: AccountId, name: string, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const names = this.#accounts.get(accountId) ?? this.#begin(accountId)
    const known = names.get(name)
    if (known !== undefined) return known
    const value = await read()
    if (value === undefined || !this.#isToBeKept(value)) return value
    // Another map by now: something changed while it was read.
    if (this.#accounts.peek(accountId) !== names) return value
    names.set(name, value)
    // The cache counts what it is given anew.
    this.#accounts.delete(accountId)
    this.#accounts.set(accountId, names)
    return value
  }

  forget(accountId: AccountId): void {
    this.#accounts.delete(accountId)
  }

  #begin(accountId: AccountId): Map<string, Value> {
    const names = new Map<string, Value>()
    this.#accounts.set(accountId, names)
    return names
  }
}

/** No notice tells that \Recent was taken (recent.ts); where there is none, nothing can be taken until the next message comes. */
function isWholeTruth({ recentFrom, uidNext }: Mailbox): boolean {
  return recentFrom === uidNext
}
