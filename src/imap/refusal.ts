import type { StoreRefusal } from '../store/store.ts'
import { Refused } from './outcome.ts'
import { resolveMailbox } from './resolve.ts'
import { noRight } from './rights.ts'
import type { Session } from './session.ts'

/** What the store would not do, as NO (RFC 5530 3). */
export function storeRefusal(refusal: StoreRefusal): Refused {
  switch (refusal) {
    case 'no-such-mailbox':
      return new Refused('NONEXISTENT', 'no such mailbox')
    case 'mailbox-exists':
      return new Refused('ALREADYEXISTS', 'there is a mailbox of that name')
    case 'cannot-change-inbox':
      return new Refused('CANNOT', 'that cannot be done to INBOX')
    case 'over-quota':
      return new Refused('OVERQUOTA', 'not enough room in this account')
    case 'name-invalid':
      return new Refused('CANNOT', 'a mailbox cannot have that name')
    case 'has-children':
      return new Refused('HASCHILDREN', 'there are mailboxes below it')
    case 'no-such-message':
      return new Refused('EXPUNGEISSUED', 'the message is gone')
    case 'too-many':
      return new Refused('LIMIT', 'too many')
  }
}

/** The same for the mailbox that APPEND, COPY and MOVE put mail into: the client may create it and try again (RFC 9051 6.3.12). */
export function targetRefusal(refusal: StoreRefusal): Refused {
  return refusal === 'no-such-mailbox' ? new Refused('TRYCREATE', 'no such mailbox') : storeRefusal(refusal)
}

/** Why a mailbox could not get this name: where one is in the way that the session may not look up, it has no right to the name. */
export async function placeRefusal(session: Session, name: string, refusal: StoreRefusal): Promise<Refused> {
  const isHidden = refusal === 'mailbox-exists' && (await resolveMailbox(session, name)) === undefined
  return isHidden ? noRight() : storeRefusal(refusal)
}
