import { signedIn, type ImapCommand } from '../command.ts'
import { listMailboxes } from '../list/list.ts'
import { listSubscribed } from '../list/lsub.ts'
import { parseList } from '../parse/list.ts'
import { canonicalPattern } from '../parse/mailbox-name.ts'

/** LIST (RFC 9051 6.3.9; RFC 5258, 5819, 6154). */
export const list: ImapCommand = {
  name: 'LIST',
  states: signedIn,
  async run(session, args) {
    args.space()
    const command = parseList(args, session.utf8)
    if (command.returns.status?.includes('HIGHESTMODSEQ') === true) session.enableCondstore()
    if (command.separatorOnly) session.out.text('* LIST (\\Noselect) "/" ""\r\n')
    else await listMailboxes(session, command)
    return { text: 'LIST completed' }
  },
}

/** LSUB (RFC 3501 6.3.9). */
export const lsub: ImapCommand = {
  name: 'LSUB',
  states: signedIn,
  async run(session, args) {
    args.space()
    const reference = args.astringRaw('a reference name')
    args.space()
    const pattern = canonicalPattern(reference + args.listMailboxRaw(), session.utf8)
    args.end()
    if (pattern !== undefined) await listSubscribed(session, pattern)
    return { text: 'LSUB completed' }
  },
}
