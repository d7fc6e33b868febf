import { signedIn, type ImapCommand } from '../command.ts'
import { parseMailboxName } from '../parse/mailbox-name.ts'
import { parseStatusItems } from '../parse/status.ts'
import { existingMailbox } from '../resolve.ts'
import { mustHave } from '../rights.ts'
import { statusResponse } from '../write/status.ts'

/** STATUS (RFC 9051 6.3.11), SIZE (RFC 8438). */
export const status: ImapCommand = {
  name: 'STATUS',
  states: signedIn,
  async run(session, args) {
    args.space()
    const name = parseMailboxName(args, session.utf8)
    args.space()
    const items = parseStatusItems(args)
    args.end()
    const found = await existingMailbox(session, name)
    mustHave(found.rights, 'r')
    if (items.includes('HIGHESTMODSEQ')) session.enableCondstore()
    session.out.utf8(await statusResponse(session, found, items))
    return { text: 'STATUS completed' }
  },
}
