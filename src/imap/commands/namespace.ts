import { otherUsers } from '../other-users.ts'
import { signedIn, type ImapCommand } from '../command.ts'

/** NAMESPACE (RFC 2342): one's own mailboxes, and what others share (SPEC C9). */
export const namespace: ImapCommand = {
  name: 'NAMESPACE',
  states: signedIn,
  run(session, args) {
    args.end()
    session.out.text(`* NAMESPACE (("" "/")) (("${otherUsers}/" "/")) NIL\r\n`)
    return { text: 'NAMESPACE completed' }
  },
}
