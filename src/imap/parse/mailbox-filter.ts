import { grammarLimits } from '../limits.ts'
import { parseMailboxName } from './mailbox-name.ts'
import { ImapSyntaxError, type Scanner } from './scanner.ts'

/** Mailboxes other than the selected one (RFC 5465 6.2 to 6.6, RFC 7377 2.2). */
export type MailboxFilter =
  | { readonly kind: 'personal' }
  | { readonly kind: 'subscribed' }
  | { readonly kind: 'subtree' | 'subtree-one' | 'mailboxes'; readonly names: readonly string[] }

/** filter-mailboxes-other of one command. */
export class MailboxFilterParser {
  readonly #scanner: Scanner
  readonly #utf8: boolean
  #names = 0

  constructor(scanner: Scanner, utf8: boolean) {
    this.#scanner = scanner
    this.#utf8 = utf8
  }

  /** What comes behind the keyword `which`. */
  parse(which: string): MailboxFilter {
    switch (which) {
      // Mail can be delivered to any mailbox, so these two are the same (RFC 5465 6.3).
      case 'INBOXES':
      case 'PERSONAL':
        return { kind: 'personal' }
      case 'SUBSCRIBED':
        return { kind: 'subscribed' }
      case 'SUBTREE':
        return { kind: 'subtree', names: this.#mailboxes() }
      case 'SUBTREE-ONE':
        return { kind: 'subtree-one', names: this.#mailboxes() }
      case 'MAILBOXES':
        return { kind: 'mailboxes', names: this.#mailboxes() }
      default:
        throw new ImapSyntaxError(`no mailboxes are called ${which}`)
    }
  }

  #mailboxes(): readonly string[] {
    this.#scanner.space()
    const name = (): string => {
      if (++this.#names > grammarLimits.filterNames) throw new ImapSyntaxError(`more than ${grammarLimits.filterNames} names of mailboxes`)
      return parseMailboxName(this.#scanner, this.#utf8)
    }
    if (!this.#scanner.isOpen()) return [name()]
    return this.#scanner.list(name, { atLeast: 1, most: grammarLimits.filterNames, what: 'names of mailboxes' })
  }
}
