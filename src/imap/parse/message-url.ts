import { grammarLimits } from '../limits.ts'
import { sectionItemOf, type SectionItem } from './fetch.ts'
import { canonicalName, MailboxNameError } from './mailbox-name.ts'
import { ImapSyntaxError, Scanner } from './scanner.ts'

/** A message, or a section of one, that an IMAP URL names (RFC 5092). */
export interface MessageUrl {
  /** undefined: the selected one. */
  readonly mailbox: string | undefined
  readonly uidValidity: number | undefined
  readonly uid: number
  readonly item: SectionItem
}

/** `/mailbox;UIDVALIDITY=1/;UID=2/;SECTION=3/;PARTIAL=4.5` (RFC 5092 11, without servers and authority). */
const form = /^(?:\/([^;?#]+)(?:;UIDVALIDITY=(\d+))?\/)?;UID=(\d+)(?:\/;SECTION=([^;?#]+))?(?:\/;PARTIAL=(\d+)(?:\.(\d+))?)?$/i

/** Relative URLs only: an absolute one may mean another server, or another user. undefined: not such a URL. */
export function parseMessageUrl(url: string): MessageUrl | undefined {
  const [, mailbox, uidValidity, uid, section = '', first, length] = form.exec(url) ?? []
  const number = readNumber(uid)
  const item = sectionOf(decoded(section), readNumber(first), length === undefined ? Number.MAX_SAFE_INTEGER : readNumber(length))
  if (number === undefined || item === undefined) return undefined
  if (mailbox === undefined) return { mailbox: undefined, uidValidity: undefined, uid: number, item }
  const name = mailboxName(decoded(mailbox))
  return name === undefined ? undefined : { mailbox: name, uidValidity: readNumber(uidValidity), uid: number, item }
}

/** %xx undone, as latin1; undefined: not well-formed, or with an octet that nothing can have. */
function decoded(text: string): string | undefined {
  if (!/^(?:[\x21-\x24\x26-\x7e]|%[0-9a-f]{2})*$/i.test(text)) return undefined
  return text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** Names in URLs are UTF-8, whatever the connection speaks (RFC 5092 8). */
function mailboxName(raw: string | undefined): string | undefined {
  if (raw === undefined || raw.length > grammarLimits.nameOctets) return undefined
  try {
    return canonicalName(raw, true)
  } catch (error) {
    if (error instanceof MailboxNameError) return undefined
    throw error
  }
}

function sectionOf(section: string | undefined, first: number | undefined, length: number | undefined): SectionItem | undefined {
  if (section === undefined) return undefined
  try {
    const scanner = new Scanner([`${section}]`])
    const item = sectionItemOf(scanner, { first, length })
    scanner.end()
    return item
  } catch (error) {
    if (error instanceof ImapSyntaxError) return undefined
    throw error
  }
}

/** undefined: none was given. Past 2^53 it is 2^53, which nothing has. */
function readNumber(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Math.min(Number(digits), Number.MAX_SAFE_INTEGER)
}
