import { LRUCache } from 'lru-cache'
import type { AccountId } from '../mail/ids.ts'
import type { Mailbox } from './mailbox.ts'
import type { Step } from './notices.ts'

/** Mailboxes that are remembered, of all accounts; about 400 bytes each. */
const maxMailboxes = 50_000

/**
 * Mailboxes that were asked for by name, until anything changes in their account. For the process that makes the changes: there an account's
 * mailboxes are forgotten before anybody hears that a change was made, so what is remembered is what the index has. Another process might be
 * asked by a client that knows of a change already, before it has heard of it itself.
 */
export class KnownMailboxes {
  readonly #accounts = new LRUCache<AccountId, Map<string, Mailbox>>({ maxSize: maxMailboxes, sizeCalculation: (names) => 1 + names.size })

  /** @param read asks the index */
  async get(accountId: AccountId, name: string, read: () => Promise<Mailbox | undefined>): Promise<Mailbox | undefined> {
    const names = this.#accounts.get(accountId) ?? this.#begin(accountId)
    const known = names.get(name)
    if (known !== undefined) return known
    const mailbox = await read()
    if (mailbox === undefined || !isWholeTruth(mailbox)) return mailbox
    // Another map by now: something changed while it was read.
    if (this.#accounts.peek(accountId) !== names) return mailbox
    names.set(name, mailbox)
    // The cache counts what it is given anew.
    this.#accounts.delete(accountId)
    this.#accounts.set(accountId, names)
    return mailbox
  }

  /** The index has moved. */
  tell({ changed }: Step): void {
    for (let at = 0; at < changed.length; at += 5) this.#accounts.delete(changed[at] as AccountId)
  }

  #begin(accountId: AccountId): Map<string, Mailbox> {
    const names = new Map<string, Mailbox>()
    this.#accounts.set(accountId, names)
    return names
  }
}

/** No notice tells that \Recent was taken (recent.ts); where there is none, nothing can be taken until the next message comes. */
function isWholeTruth({ recentFrom, uidNext }: Mailbox): boolean {
  return recentFrom === uidNext
}
