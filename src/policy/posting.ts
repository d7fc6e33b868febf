import type { Recipient } from '../directory/recipient.ts'
import { type Address, addressKey, formatAddress } from '../mail/address.ts'
import type { CheckReasons, CheckResult } from '../mail/check.ts'
import type { Reply } from '../mail/reply.ts'
import type { SenderAuthentication } from '../msgauth/authentication.ts'
import { isAuthorProven } from '../msgauth/claims.ts'
import type { Door } from './dependencies.ts'
import { replies } from './replies.ts'

/** Lists that the recipient is or leads to, to which not everybody may write (SPEC A13). */
export async function restrictedLists({ directory }: Pick<Door, 'directory'>, recipient: Recipient): Promise<readonly Recipient[]> {
  if (recipient.alwaysAccepted) return []
  const lists = await Promise.all(recipient.lists.map(async (list) => directory.resolveNow(list) ?? (await directory.resolve(list))))
  return lists.flatMap(({ found }) => (found === undefined || found.settings.posting === 'anyone' ? [] : [found]))
}

/** What keeps a message from the lists that it is for. */
interface Refusal {
  readonly check: CheckResult
  readonly reply: Reply
}

/**
 * May the author write to these lists? It is the header From that counts, as members see it, and only if it is proven: else anybody could write to all of
 * them in a member's name. Undefined: all of them take it.
 */
export async function judgePosting(
  door: Pick<Door, 'directory'>,
  lists: readonly Recipient[],
  found: SenderAuthentication | undefined,
): Promise<Refusal | undefined> {
  const [list] = lists
  if (list === undefined) return undefined
  if (found === undefined || found.dmarc.result === 'temperror') {
    const detail = formatAddress(list.address)
    return { check: { check: 'posting', result: 'temperror', reason: 'author not known now', detail }, reply: replies.noProofNow }
  }
  const { addresses } = found.author
  return addresses.length > 0 && isAuthorProven(found) ? judgePosters(door, lists, addresses) : refused(list, 'author not proven')
}

/** The same for authors of whom it is known that they are who they say. */
export async function judgePosters(door: Pick<Door, 'directory'>, lists: readonly Recipient[], authors: readonly Address[]): Promise<Refusal | undefined> {
  for (const list of lists) {
    for (const author of authors)
      if (!(await mayPost(door, list, author))) return refused(list, `not of its ${list.settings.posting === 'domain' ? 'domain' : 'members'}`)
  }
  return undefined
}

function refused({ address }: Recipient, reason: CheckReasons['posting']): Refusal {
  const detail = formatAddress(address)
  return { check: { check: 'posting', result: 'fail', reason, detail }, reply: replies.mayNotPost(detail) }
}

async function mayPost({ directory }: Pick<Door, 'directory'>, list: Recipient, author: Address): Promise<boolean> {
  if (list.settings.posting === 'domain') return author.domain === list.address.domain
  if (list.elsewhere.some((member) => addressKey(member) === addressKey(author))) return true
  const resolution = directory.resolveNow(author) ?? (await directory.resolve(author))
  // A member may write from each of his addresses; who writes to a list does not speak for all that are on it.
  if (resolution.found === undefined || resolution.found.kind === 'list') return false
  const [mailbox, ...others] = resolution.found.targets
  return mailbox !== undefined && others.length === 0 && list.targets.some(({ accountId }) => accountId === mailbox.accountId)
}
