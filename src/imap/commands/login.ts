import { beforeSignIn, type ImapCommand } from '../command.ts'
import { refusedSignIn, signedInOr } from './sign-in.ts'

/** LOGIN (RFC 9051 6.2.3); not where LOGINDISABLED is announced. */
export const login: ImapCommand = {
  name: 'LOGIN',
  states: beforeSignIn,
  async run(session, args) {
    args.space()
    const username = args.astring('a user name')
    args.space()
    const password = args.astring('a password')
    args.end()
    if (!session.dependencies.signIn.plaintextAllowed(session.from)) throw refusedSignIn('plaintext')
    return signedInOr(session, await session.dependencies.signIn.withPassword(username, password, session.from))
  },
}
