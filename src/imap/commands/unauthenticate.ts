import { capabilities } from '../capabilities.ts'
import { signedIn, type ImapCommand } from '../command.ts'

/** UNAUTHENTICATE (RFC 8437): somebody else may sign in on the same connection, who finds nothing of what was. */
export const unauthenticate: ImapCommand = {
  name: 'UNAUTHENTICATE',
  states: signedIn,
  run(session, args) {
    args.end()
    session.unauthenticate()
    return { code: `CAPABILITY ${capabilities(session)}`, text: 'nobody is signed in' }
  },
}
