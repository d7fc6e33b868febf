import { beginSasl, decodeSaslResponse, encodeSaslChallenge, longestSaslResponse, type SaslExchange } from '../../auth/sasl.ts'
import { beforeSignIn, type ImapCommand } from '../command.ts'
import { BadCommand, PeerGone, Refused } from '../outcome.ts'
import type { Scanner } from '../parse/scanner.ts'
import { lineFault } from '../read-command.ts'
import type { Session } from '../session.ts'
import { refusedSignIn, signInWithPassword } from './sign-in.ts'

/** AUTHENTICATE (RFC 9051 6.2.2), with an initial response (SASL-IR, RFC 4959). */
export const authenticate: ImapCommand = {
  name: 'AUTHENTICATE',
  states: beforeSignIn,
  async run(session, args) {
    args.space()
    const exchange = beginSasl(args.keyword('a mechanism'))
    const initial = initialResponse(args)
    if (exchange === undefined) throw new Refused('CANNOT', 'no such mechanism')
    if (!session.dependencies.signIn.plaintextAllowed(session.from)) throw refusedSignIn('plaintext')
    const { username, password } = await credentials(session, exchange, initial)
    return await signInWithPassword(session, username, password)
  },
}

function initialResponse(args: Scanner): Uint8Array | undefined {
  if (args.atEnd()) return undefined
  args.space()
  return decoded(args.rest())
}

async function credentials(
  session: Session,
  exchange: SaslExchange,
  initial: Uint8Array | undefined,
): Promise<{ readonly username: string; readonly password: string }> {
  for (let response = initial; ; ) {
    const step = exchange.next(response)
    switch (step.kind) {
      case 'given':
        return step
      case 'challenge':
        response = await ask(session, step.challenge)
        break
      case 'fault':
        if (step.fault === 'authorization') throw refusedSignIn('credentials')
        throw new BadCommand(`not a ${exchange.mechanism} response`)
    }
  }
}

async function ask(session: Session, challenge: Uint8Array): Promise<Uint8Array> {
  session.out.text(`+ ${encodeSaslChallenge(challenge)}\r\n`)
  session.out.send()
  const line = await session.peer.line(longestSaslResponse + 2)
  if (line === undefined) throw new PeerGone()
  if (line === 'too-long') throw new BadCommand('SASL response too long')
  if (typeof line === 'string') throw lineFault(line)
  const response = line.toString('latin1')
  if (response === '*') throw new BadCommand('cancelled')
  return decoded(response)
}

function decoded(response: string): Uint8Array {
  const octets = decodeSaslResponse(response)
  if (octets === undefined) throw new BadCommand('a SASL response is not base64')
  return octets
}
