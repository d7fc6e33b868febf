import { beginSasl, decodeSaslResponse, encodeSaslChallenge, longestSaslResponse, saslMechanisms } from '../../auth/sasl.ts'
import type { SaslExchange } from '../../auth/sasl.ts'
import { bad, err, last } from '../reply.ts'
import type { Reply } from '../reply.ts'
import type { Session } from '../session.ts'
import type { Pop3Command } from './command.ts'
import { refused, signIn } from './sign-in.ts'

/** AUTH (RFC 5034), with an initial response or without. */
export const auth: Pop3Command<'AUTH'> = {
  state: 'authorization',
  run(session, { mechanism, initialResponse }) {
    const allowed = session.plaintextAllowed
    if (mechanism === undefined) return { line: `+OK mechanisms follow\r\n${allowed ? saslMechanisms.map((name) => `${name}\r\n`).join('') : ''}.\r\n` }
    const exchange = beginSasl(mechanism)
    if (exchange === undefined) return bad('no such mechanism')
    return allowed ? converse(session, exchange, initialResponse) : refused('plaintext')
  },
}

async function converse(session: Session, exchange: SaslExchange, initialResponse: string | undefined): Promise<Reply> {
  session.username = undefined
  let response = initialResponse === undefined ? undefined : decodeSaslResponse(initialResponse)
  if (initialResponse !== undefined && response === undefined) return bad('the initial response is not base64')
  for (;;) {
    const step = exchange.next(response)
    if (step.kind === 'given') return signIn(session, step.username, step.password)
    if (step.kind === 'fault') return step.fault === 'syntax' ? bad(`not a response of ${exchange.mechanism}`) : err('nobody may act for somebody else', 'AUTH')
    session.peer.write(`+ ${encodeSaslChallenge(step.challenge)}\r\n`)
    const line = await session.peer.line(longestSaslResponse + 2)
    if (line === undefined || line === 'endless') return last('-ERR the response has no end\r\n')
    if (typeof line === 'string') return bad('the response is too long or has no CRLF')
    const text = line.toString('latin1')
    if (text === '*') return err('sign-in cancelled')
    response = decodeSaslResponse(text)
    if (response === undefined) return bad('the response is not base64')
  }
}
