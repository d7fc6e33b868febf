import { signedIn, type ImapCommand } from '../command.ts'
import type { Completion } from '../outcome.ts'
import { parseMailboxName } from '../parse/mailbox-name.ts'
import type { Scanner } from '../parse/scanner.ts'
import { storeRefusal } from '../refusal.ts'
import type { Session } from '../session.ts'

/** SUBSCRIBE (RFC 9051 6.3.7). The mailbox need not exist. */
export const subscribe: ImapCommand = { name: 'SUBSCRIBE', states: signedIn, run: (session, args) => setSubscribed(session, args, true) }

/** UNSUBSCRIBE (RFC 9051 6.3.8). */
export const unsubscribe: ImapCommand = { name: 'UNSUBSCRIBE', states: signedIn, run: (session, args) => setSubscribed(session, args, false) }

async function setSubscribed(session: Session, args: Scanner, subscribed: boolean): Promise<Completion> {
  args.space()
  const name = parseMailboxName(args, session.utf8)
  args.end()
  const outcome = await session.store.subscribe(session.accountId, name, subscribed)
  if (outcome.done === undefined) throw storeRefusal(outcome.refused)
  await session.notify?.own.subscribed(name, subscribed)
  return { text: `${subscribed ? 'SUBSCRIBE' : 'UNSUBSCRIBE'} completed` }
}
