import type { SignInAnswer, SignInRefusal } from '../../auth/sign-in.ts'
import { capabilities } from '../capabilities.ts'
import { Goodbye, Refused, type Completion } from '../outcome.ts'
import type { Session } from '../session.ts'

/** Opens the account, or throws Refused; Goodbye at the last failure allowed. */
export function signedInOr(session: Session, answer: SignInAnswer): Completion {
  if (answer.signedIn !== undefined) {
    session.signedIn = answer.signedIn
    session.dependencies.signIn.opened(session)
    session.log.debug('signed in', { protocol: 'imap', account: answer.signedIn.accountId, ip: session.peer.ip, tls: session.peer.tls })
    return { code: `CAPABILITY ${capabilities(session)}`, text: 'signed in' }
  }
  session.failedSignIns++
  if (session.failedSignIns >= session.limits.failedSignIns) {
    session.out.text(`${session.tag} NO [AUTHENTICATIONFAILED] sign-in failed\r\n`)
    throw new Goodbye(undefined, 'too many failed sign-ins')
  }
  throw refusedSignIn(answer.refused)
}

/** RFC 5530 3. */
export function refusedSignIn(refusal: SignInRefusal): Refused {
  switch (refusal) {
    case 'credentials':
      return new Refused('AUTHENTICATIONFAILED', 'sign-in failed')
    case 'plaintext':
      return new Refused('PRIVACYREQUIRED', 'sign-in needs an encrypted connection')
    case 'locked':
      return new Refused('CONTACTADMIN', 'this mailbox is locked')
    case 'app-password':
      return new Refused('AUTHENTICATIONFAILED', 'this mailbox has a second factor: use an app password')
    case 'throttled':
      return new Refused('LIMIT', 'too many failed sign-ins from there, try again later')
    case 'unavailable':
      return new Refused('UNAVAILABLE', 'sign-in is not possible at the moment, try again later')
  }
}
