import type { SignInRefusal } from '../../../auth/sign-in.ts'
import { decodeSaslResponse, encodeSaslChallenge } from '../../../auth/sasl.ts'
import type { Reply } from '../../../mail/reply.ts'
import type { Command } from '../grammar.ts'
import { replies } from '../replies.ts'
import type { Session, Submission } from '../session.ts'

/** AUTH (RFC 4954), with an initial response or without. */
export async function auth(session: Session, submission: Submission, { mechanism, initial }: Extract<Command, { verb: 'AUTH' }>): Promise<Reply> {
  if (session.signedIn !== undefined) return replies.signedInAlready
  const first = initial === undefined ? undefined : decodeSaslResponse(initial)
  if (initial !== undefined && first === undefined) return replies.authNotBase64
  const ask = (challenge: Uint8Array, longest: number) => respond(session, challenge, longest)
  try {
    const answer = await submission.signIn.withSasl(mechanism, { initial: first, ask }, session.from)
    if (answer.signedIn !== undefined) {
      session.signIn(answer.signedIn, submission)
      return replies.signedIn
    }
    if (answer.refused !== undefined) return refusals[answer.refused]
    switch (answer.fault) {
      case 'mechanism':
        return replies.authMechanism
      case 'syntax':
        return replies.authResponse
      case 'authorization':
        return replies.authForAnother
    }
  } catch (thrown) {
    if (thrown instanceof BrokenOff) return thrown.reply
    throw thrown
  }
}

const refusals: Readonly<Record<SignInRefusal, Reply>> = {
  credentials: replies.authCredentials,
  plaintext: replies.authPlaintext,
  locked: replies.authLocked,
  'app-password': replies.authAppPassword,
  throttled: replies.authThrottled,
  unavailable: replies.authUnavailable,
}

/** The exchange ends here, with this answer. */
class BrokenOff extends Error {
  override readonly name = 'BrokenOff'
  readonly reply: Reply

  constructor(reply: Reply) {
    super('the SASL exchange was broken off')
    this.reply = reply
  }
}

async function respond({ peer, deps }: Session, challenge: Uint8Array, longest: number): Promise<Uint8Array> {
  peer.write(`334 ${encodeSaslChallenge(challenge)}\r\n`)
  peer.deadline(deps.limits.lineMs)
  const line = await peer.line(longest + 2)
  // From now on it is us whom the other side waits for.
  peer.deadline(deps.limits.commandMs)
  if (line === undefined || line === 'endless') throw new BrokenOff(replies.closingNotSmtp)
  if (typeof line === 'string') throw new BrokenOff(replies.authTooLong)
  const text = line.toString('latin1')
  if (text === '*') throw new BrokenOff(replies.authCancelled)
  const response = decodeSaslResponse(text)
  if (response === undefined) throw new BrokenOff(replies.authNotBase64)
  return response
}
