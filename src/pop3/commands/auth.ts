import { decodeSaslResponse, encodeSaslChallenge } from '../../auth/sasl.ts'
import { bad, err, last } from '../reply.ts'
import type { Reply } from '../reply.ts'
import type { Session } from '../session.ts'
import type { Pop3Command } from './command.ts'
import { opened } from './sign-in.ts'

/** AUTH (RFC 5034), with an initial response or without. */
export const auth: Pop3Command<'AUTH'> = {
  state: 'authorization',
  run(session, { mechanism, initialResponse }) {
    if (mechanism === undefined) return { line: `+OK mechanisms follow\r\n${session.mechanisms.map((name) => `${name}\r\n`).join('')}.\r\n` }
    return converse(session, mechanism, initialResponse)
  },
}

async function converse(session: Session, mechanism: string, initialResponse: string | undefined): Promise<Reply> {
  session.username = undefined
  const initial = initialResponse === undefined ? undefined : decodeSaslResponse(initialResponse)
  if (initialResponse !== undefined && initial === undefined) return bad('the initial response is not base64')
  try {
    const ask = (challenge: Uint8Array, longest: number) => respond(session, challenge, longest)
    const answer = await session.dependencies.signIn.withSasl(mechanism, { initial, ask }, session.from)
    if (answer.fault === undefined) return await opened(session, answer)
    switch (answer.fault) {
      case 'mechanism':
        return bad('no such mechanism')
      case 'syntax':
        return bad(`not a response of ${mechanism.toUpperCase()}`)
      case 'authorization':
        return err('nobody may act for somebody else', 'AUTH')
    }
  } catch (thrown) {
    if (thrown instanceof BrokenOff) return thrown.reply
    throw thrown
  }
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

async function respond(session: Session, challenge: Uint8Array, longest: number): Promise<Uint8Array> {
  session.peer.write(`+ ${encodeSaslChallenge(challenge)}\r\n`)
  const line = await session.peer.line(longest + 2)
  if (line === undefined || line === 'endless') throw new BrokenOff(last('-ERR the response has no end\r\n'))
  if (typeof line === 'string') throw new BrokenOff(bad('the response is too long or has no CRLF'))
  const text = line.toString('latin1')
  if (text === '*') throw new BrokenOff(err('sign-in cancelled'))
  const response = decodeSaslResponse(text)
  if (response === undefined) throw new BrokenOff(bad('the response is not base64'))
  return response
}
