import { type Address, formatAddress } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import type { CheckReasons } from '../mail/check.ts'
import type { Reply } from '../mail/reply.ts'
import { claimedAuthor } from '../msgauth/author.ts'
import { readMailboxes } from '../msgauth/from-field.ts'
import { parameter, readContentType } from '../message/content-type.ts'
import { fields, unfold } from '../message/header-section.ts'
import type { Door } from './dependencies.ts'
import type { Findings } from './findings.ts'
import { foreignAmong } from './own-address.ts'
import type { IncomingMessage, Transaction } from './policy.ts'
import { replies } from './replies.ts'

/** Fields besides From that say who sends (RFC 5322 3.6.2, 3.6.6). */
const senderFields = ['Sender', 'Resent-From', 'Resent-Sender'] as const

/**
 * What a message says of who wrote it must be true, in whatever way somebody could read it (SPEC C3): one From field, with addresses of the sender's own
 * only, also in the display name, where many programs show nothing else. RFC 6409 6.1 permits such a check; without it a customer writes in another's name.
 */
export async function namesOnlyItself(
  door: Door,
  { submitter, reversePath }: Transaction,
  { headerSection }: IncomingMessage,
  findings: Findings,
): Promise<Reply | undefined> {
  if (submitter === undefined) throw new TypeError('nobody has signed in')
  const refuse = (reason: CheckReasons['sender'], detail: string | undefined, reply: Reply): Reply => {
    findings.add({ check: 'sender', result: 'fail', reason, ...(detail !== undefined && { detail }) })
    return reply
  }
  const { kind, trick, addresses, shown } = claimedAuthor(headerSection)
  if (kind === 'none') return refuse('no author', undefined, replies.noFrom)
  if (kind === 'hidden') return refuse('hidden author', trick, replies.hiddenFrom(trick ?? 'it has more than one meaning'))
  const named = (field: string, address: Address) =>
    refuse('names another', `${field}: ${formatAddress(address)}`, replies.notYours(field, formatAddress(address)))
  const author = await foreignAmong(door, submitter.accountId, addresses)
  if (author !== undefined) return named('From', author)
  const shownAs = await foreignAmong(door, submitter.accountId, shown)
  if (shownAs !== undefined) return named('The name in From', shownAs)
  for (const field of senderFields) {
    const sender = await foreignSender(door, submitter.accountId, fields(headerSection, field))
    if (sender === 'unreadable') return refuse('hidden author', field, replies.hiddenSender(field))
    if (sender !== undefined) return named(field, sender)
  }
  if (reversePath === null && !isReceipt(headerSection)) return refuse('no reverse-path', undefined, replies.nullSender)
  findings.add({ check: 'sender', result: 'pass', reason: 'own address' })
  return undefined
}

async function foreignSender(door: Door, accountId: AccountId, values: readonly string[]): Promise<Address | 'unreadable' | undefined> {
  const addresses: Address[] = []
  for (const value of values) {
    const read = readMailboxes(unfold(value))
    if (read.trick !== undefined) return 'unreadable'
    addresses.push(...read.addresses)
  }
  return await foreignAmong(door, accountId, addresses)
}

/**
 * A notification that a message was read (RFC 8098 3) must have the null reverse-path, and mail programs make them. Anything else with it would be mail
 * whose failures nobody hears of, the sign that we would find a stolen mailbox by (SPEC D4).
 */
function isReceipt(headerSection: Uint8Array): boolean {
  const { type, subtype, parameters } = readContentType(fields(headerSection, 'content-type')[0] ?? '')
  return type === 'multipart' && subtype === 'report' && parameter(parameters, 'report-type')?.toLowerCase() === 'disposition-notification'
}
