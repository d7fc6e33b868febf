import type { SignInAnswer, SignInRefusal } from '../../auth/sign-in.ts'
import { Maildrop } from '../maildrop.ts'
import { bad, err, last, ok } from '../reply.ts'
import type { Reply } from '../reply.ts'
import type { Session } from '../session.ts'
import type { Pop3Command } from './command.ts'

/** USER (RFC 1939 7). Says nothing about whether there is such a name. */
export const user: Pop3Command<'USER'> = {
  state: 'authorization',
  run(session, { name }) {
    if (!session.plaintextAllowed) return refused('plaintext')
    session.username = name
    return ok('send the password')
  },
}

/** PASS (RFC 1939 7). */
export const pass: Pop3Command<'PASS'> = {
  state: 'authorization',
  async run(session, { password }) {
    if (!session.plaintextAllowed) return refused('plaintext')
    const { username } = session
    if (username === undefined) return bad('USER first')
    session.username = undefined
    return opened(session, await session.dependencies.signIn.withPassword(username, password, session.from))
  },
}

/** How a sign-in went; on success the inbox is the maildrop. */
export async function opened(session: Session, answer: SignInAnswer): Promise<Reply> {
  if (answer.signedIn === undefined) {
    session.failedSignIns++
    const reply = refused(answer.refused)
    return session.failedSignIns >= session.limits.failedSignIns && reply !== 'answered' ? last(reply.line) : reply
  }
  const maildrop = await Maildrop.open(session.dependencies.store, answer.signedIn.accountId)
  if (maildrop === undefined) {
    session.dependencies.log.error('account without inbox', { account: answer.signedIn.accountId })
    return err('the mailbox cannot be opened at the moment', 'SYS/TEMP')
  }
  session.maildrop = maildrop
  session.signedIn = answer.signedIn
  session.dependencies.signIn.opened(session)
  session.peer.deadline(session.limits.idleMs)
  const { messages, sizeBytes } = maildrop.status
  return ok(`${messages} messages, ${sizeBytes} octets`)
}

function refused(refusal: SignInRefusal): Reply {
  switch (refusal) {
    case 'credentials':
      return err('sign-in failed', 'AUTH')
    case 'plaintext':
      return err('sign-in needs an encrypted connection, use STLS', 'AUTH')
    case 'locked':
      return err('this mailbox is locked', 'SYS/PERM')
    case 'app-password':
      return err('this mailbox has a second factor: use an app password', 'AUTH')
    case 'throttled':
      return err('too many failed sign-ins from there, try again later', 'SYS/TEMP')
    case 'unavailable':
      return err('sign-in is not possible at the moment, try again later', 'SYS/TEMP')
  }
}
