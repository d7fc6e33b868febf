import { signedIn, type ImapCommand } from '../command.ts'

/** NAMESPACE (RFC 2342): one's own mailboxes, nobody else's. */
export const namespace: ImapCommand = {
  name: 'NAMESPACE',
  states: signedIn,
  run(session, args) {
    args.end()
    session.out.text('* NAMESPACE (("" "/")) NIL NIL\r\n')
    return { text: 'NAMESPACE completed' }
  },
}
