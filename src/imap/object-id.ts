import type { AccountId, MailboxId } from '../mail/ids.ts'
import { ImapSyntaxError, type Scanner } from './parse/scanner.ts'
import type { Message } from '../store/mailbox.ts'

/** MAILBOXID (RFC 8474 4): the same for everybody who sees the mailbox, whatever it is called. */
export function mailboxObjectId(accountId: AccountId, mailboxId: MailboxId): string {
  return `F${accountId}-${mailboxId}`
}

/** EMAILID (RFC 8474 5.1): copies have the same, also those in mailboxes of another account. */
export function emailObjectId({ origin }: Message): string {
  return `M${origin.accountId}-${origin.emailId}`
}

/** objectid (RFC 8474 7), in this very case. */
export function parseObjectId(scanner: Scanner): string {
  const id = scanner.atom('an object identifier')
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(id)) throw new ImapSyntaxError('an object identifier has letters, digits, "_" and "-" only, 255 at most')
  return id
}
