import { grammarLimits } from '../limits.ts'
import { decodeUtf7 } from './utf7.ts'
import { ImapSyntaxError, utf8Text, type Scanner } from './scanner.ts'

/** What can be no mailbox: NO, not BAD, since the command itself is well-formed. */
export class MailboxNameError extends Error {
  override readonly name = 'MailboxNameError'
}

/** Between levels. */
export const separator = '/'

/**
 * A mailbox argument as the store knows it: UTF-8 in NFC, INBOX in upper case (RFC 9051 5.1), no separator at the end.
 * @param utf8 names are UTF-8 on this connection (RFC 6855), else modified UTF-7
 * @throws MailboxNameError
 */
export function parseMailboxName(scanner: Scanner, utf8: boolean): string {
  return canonicalName(scanner.astringRaw('a mailbox name'), utf8)
}

/** The same, with the name as it was sent where that was another one (RFC 9051 6.3.9.7, OLDNAME). */
export function parseNamed(scanner: Scanner, utf8: boolean): { readonly name: string; readonly sent: string | undefined } {
  const raw = scanner.astringRaw('a mailbox name')
  const name = canonicalName(raw, utf8)
  const sent = utf8 ? utf8Text(raw) : decodeUtf7(raw)
  return { name, sent: sent === name ? undefined : sent }
}

/** See `parseMailboxName`; `raw` is octets as latin1. */
export function canonicalName(raw: string, utf8: boolean): string {
  if (raw.length > grammarLimits.nameOctets) throw new MailboxNameError(`a mailbox name has more than ${grammarLimits.nameOctets} octets`)
  const decoded = utf8 ? utf8Text(raw) : decodeUtf7(raw)
  if (decoded === undefined) throw new MailboxNameError(utf8 ? 'a mailbox name is not UTF-8' : 'a mailbox name is not modified UTF-7')
  return inboxInUpperCase(decoded.normalize('NFC').replace(/\/$/, ''))
}

/** A reference or pattern of LIST likewise; undefined: no mailbox can match it. */
export function canonicalPattern(raw: string, utf8: boolean): string | undefined {
  if (raw.length > grammarLimits.nameOctets) return undefined
  if (raw.split(/[*%]/).length > grammarLimits.listWildcards) throw new ImapSyntaxError(`more than ${grammarLimits.listWildcards} wildcards in a pattern`)
  return (utf8 ? utf8Text(raw) : decodeUtf7(raw))?.normalize('NFC')
}

/** INBOX is one mailbox in whichever case, and so is the level above its children. */
function inboxInUpperCase(name: string): string {
  return /^inbox(?=\/|$)/i.test(name) ? `INBOX${name.slice(5)}` : name
}
