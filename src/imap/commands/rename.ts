import { signedIn, type ImapCommand } from '../command.ts'
import { parseMailboxName } from '../parse/mailbox-name.ts'
import { storeRefusal } from '../refusal.ts'

/** RENAME (RFC 9051 6.3.6), children included; RENAME INBOX moves its messages out. */
export const rename: ImapCommand = {
  name: 'RENAME',
  states: signedIn,
  async run(session, args) {
    args.space()
    const from = parseMailboxName(args, session.utf8)
    args.space()
    const to = parseMailboxName(args, session.utf8)
    args.end()
    const outcome = await session.store.renameMailbox(session.accountId, from, to)
    if (outcome.done === undefined) throw storeRefusal(outcome.refused)
    return { text: 'RENAME completed' }
  },
}
