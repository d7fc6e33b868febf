import type { AccountId } from '../mail/ids.ts'
import type { Mailbox } from '../store/mailbox.ts'
import type { Session } from './session.ts'

/** The mailbox that a name leads to. Calls of the store name its account, never the session's. */
export interface Resolved {
  readonly accountId: AccountId
  readonly mailbox: Mailbox
}

/** The one way from a name to a mailbox. Undefined: there is none, as far as this session may know. */
export async function resolveMailbox(session: Session, name: string): Promise<Resolved | undefined> {
  const { accountId, store } = session
  const mailbox = await store.mailbox(accountId, name)
  return mailbox && { accountId, mailbox }
}
