import type { Mailbox } from '../../store/mailbox.ts'
import { separator } from '../parse/mailbox-name.ts'

/** An account's mailboxes and subscriptions by name. A subscribed name need not be a mailbox, nor a level above one. */
export class Hierarchy {
  readonly #mailboxes: ReadonlyMap<string, Mailbox>
  readonly #subscribed: ReadonlySet<string>
  /** Names with a mailbox somewhere below. */
  readonly #parents = new Set<string>()

  constructor(mailboxes: readonly Mailbox[], subscriptions: readonly string[]) {
    this.#mailboxes = new Map(mailboxes.map((mailbox) => [mailbox.name, mailbox]))
    this.#subscribed = new Set(subscriptions)
    for (const { name } of mailboxes) for (const parent of levelsAbove(name)) this.#parents.add(parent)
  }

  /** Every name there is, the inbox first. */
  names(): string[] {
    return [...new Set([...this.#mailboxes.keys(), ...this.#parents])].sort(inboxFirst)
  }

  subscriptions(): string[] {
    return [...this.#subscribed].sort(inboxFirst)
  }

  mailbox(name: string): Mailbox | undefined {
    return this.#mailboxes.get(name)
  }

  isSubscribed(name: string): boolean {
    return this.#subscribed.has(name)
  }

  hasChildren(name: string): boolean {
    return this.#parents.has(name)
  }
}

/** "a/b/c": a/b, a. */
export function* levelsAbove(name: string): Generator<string> {
  for (let at = name.lastIndexOf(separator); at > 0; at = name.lastIndexOf(separator, at - 1)) yield name.slice(0, at)
}

function inboxFirst(a: string, b: string): number {
  if (a === 'INBOX') return b === 'INBOX' ? 0 : -1
  if (b === 'INBOX') return 1
  return a < b ? -1 : a > b ? 1 : 0
}
