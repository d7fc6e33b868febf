import { formatAddress, type Address } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import { allRights } from '../store/sharing.ts'
import { separator } from './parse/mailbox-name.ts'
import type { Resolved } from './resolve.ts'
import type { Session } from './session.ts'

/** Namespace of what others share (RFC 2342): `Other Users/<address>/<mailbox>`. */
export const otherUsers = 'Other Users'

/** Whether a name belongs to others: it is looked for nowhere else. */
export function isOtherUsers(name: string): boolean {
  return name === otherUsers || name.startsWith(`${otherUsers}${separator}`)
}

/**
 * What others share with who is signed in, as far as he may look it up (RFC 4314 "l"), by name. It is read whole whatever name is
 * looked for: neither answer nor time tells what else there is.
 */
export async function sharedMailboxes({ store, dependencies, accountId }: Session): Promise<readonly Resolved[]> {
  const shared = (await store.sharedWith(accountId)).filter(({ rights }) => rights.includes('l'))
  if (shared.length === 0) return []
  const owners = await dependencies.neighbours.of(accountId, [...new Set(shared.map(({ ownerId }) => ownerId))])
  return shared.flatMap(({ ownerId, mailbox, rights }) => {
    const owner = owners.get(ownerId)
    if (owner === undefined || owner.locked) return []
    // \Sent of another is not where one's own sent mail goes, nor is his subscription one's own.
    const seen = { ...mailbox, name: [otherUsers, levelOf(owner.address), mailbox.name].join(separator), specialUse: null, subscribed: false }
    return [{ accountId: ownerId, mailbox: seen, ownName: mailbox.name, rights }]
  })
}

/** What who is signed in may do with a mailbox now; '' is nothing, and that there is one he may not know either. */
export async function rightsNow({ store, dependencies, accountId }: Session, of: Pick<Resolved['mailbox'], 'mailboxId'> & { readonly accountId: AccountId }) {
  if (of.accountId === accountId) return allRights
  const owner = (await dependencies.neighbours.of(accountId, [of.accountId])).get(of.accountId)
  if (owner === undefined || owner.locked) return ''
  const rights = await store.sharedRights(accountId, of.accountId, of.mailboxId)
  return rights.includes('l') ? rights : ''
}

/** `Other Users/<address>` of a mailbox below it. */
export function otherUsersRoot(name: string): string {
  return name.split(separator, 2).join(separator)
}

/** An address as one level of a name: what would be a level or a wildcard in it is written `=2F`. */
function levelOf(address: Address): string {
  return formatAddress(address).replace(/[=/%*]/g, (char) => `=${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
