import type { AccountId } from '../mail/ids.ts'
import type { Mailbox } from '../store/mailbox.ts'
import { allRights } from '../store/sharing.ts'
import { levelsAbove } from './list/hierarchy.ts'
import { isOtherUsers, sharedMailboxes } from './other-users.ts'
import { Refused } from './outcome.ts'
import type { Session } from './session.ts'

/** The mailbox that a name leads to. Calls of the store name its account, never the session's. */
export interface Resolved {
  readonly accountId: AccountId
  /** With the name that it has for this session. */
  readonly mailbox: Mailbox
  /** The name that it has for its owner. */
  readonly ownName: string
  /** What this session may do with it (RFC 4314 2.1); "l" always. */
  readonly rights: string
}

/** Of a mailbox that something is put into. */
export type Target = Pick<Resolved, 'accountId' | 'rights'> & Pick<Mailbox, 'mailboxId'>

/** Where a mailbox that need not exist has its place. */
export interface Place {
  readonly accountId: AccountId
  /** For its owner. */
  readonly ownName: string
  /** What this session may do with the mailbox above it; '' is nothing. */
  readonly rightsAbove: string
}

/** The one way from a name to a mailbox. Undefined: there is none, as far as this session may know. */
export async function resolveMailbox(session: Session, name: string): Promise<Resolved | undefined> {
  if (isOtherUsers(name)) {
    const wanted = inboxOfOther(name)
    return (await sharedMailboxes(session)).find(({ mailbox }) => mailbox.name === wanted)
  }
  const { accountId, store } = session
  const mailbox = await store.mailbox(accountId, name)
  return mailbox && { accountId, mailbox, ownName: mailbox.name, rights: allRights }
}

/** The same for who puts something into it: how it is at the moment is not asked. */
export async function resolveTarget(session: Session, name: string): Promise<Target | undefined> {
  const { accountId, store } = session
  if (!isOtherUsers(name)) {
    const mailboxId = await store.mailboxId(accountId, name)
    return mailboxId === undefined ? undefined : { accountId, mailboxId, rights: allRights }
  }
  const found = await resolveMailbox(session, name)
  return found && { accountId: found.accountId, mailboxId: found.mailbox.mailboxId, rights: found.rights }
}

/** The same for a command that needs the mailbox: what may not be looked up is answered as what is not there. */
export async function existingMailbox(session: Session, name: string): Promise<Resolved> {
  const found = await resolveMailbox(session, name)
  if (found === undefined) throw new Refused('NONEXISTENT', 'no such mailbox')
  return found
}

/** Undefined: no mailbox can be made there. */
export async function resolvePlace(session: Session, name: string): Promise<Place | undefined> {
  const { accountId, store } = session
  if (!isOtherUsers(name)) return { accountId, ownName: name, rightsAbove: allRights }
  const shared = await sharedMailboxes(session)
  const between: string[] = []
  for (const level of levelsAbove(name)) {
    const above = shared.find(({ mailbox }) => mailbox.name === level)
    if (above === undefined) {
      between.push(level)
      continue
    }
    const ownNameOf = (other: string) => above.ownName + other.slice(level.length)
    // A mailbox in between that one may not look up is the one above: it says no, whoever is above it.
    for (const hidden of between) if ((await store.mailbox(above.accountId, ownNameOf(hidden))) !== undefined) return undefined
    return { accountId: above.accountId, ownName: ownNameOf(name), rightsAbove: above.rights }
  }
  return undefined
}

/** INBOX is one mailbox in whichever case, of others too. */
export function inboxOfOther(name: string): string {
  return name.replace(/^([^/]*\/[^/]*\/)inbox(?=\/|$)/i, '$1INBOX')
}
