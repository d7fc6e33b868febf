import { decodeSaslResponse, encodeSaslChallenge } from '../../auth/sasl.ts'
import { beforeSignIn, type ImapCommand } from '../command.ts'
import { BadCommand, PeerGone, Refused } from '../outcome.ts'
import type { Scanner } from '../parse/scanner.ts'
import { lineFault } from '../read-command.ts'
import type { Session } from '../session.ts'
import { refusedSignIn, signedInOr } from './sign-in.ts'

/** AUTHENTICATE (RFC 9051 6.2.2), with an initial response (SASL-IR, RFC 4959). */
export const authenticate: ImapCommand = {
  name: 'AUTHENTICATE',
  states: beforeSignIn,
  async run(session, args) {
    args.space()
    const mechanism = args.keyword('a mechanism')
    const initial = initialResponse(args)
    const ask = (challenge: Uint8Array, longest: number) => respond(session, challenge, longest)
    const answer = await session.dependencies.signIn.withSasl(mechanism, { initial, ask }, session.from)
    if (answer.fault === undefined) return signedInOr(session, answer)
    switch (answer.fault) {
      case 'mechanism':
        throw new Refused('CANNOT', 'no such mechanism')
      case 'syntax':
        throw new BadCommand(`not a response of ${mechanism.toUpperCase()}`)
      case 'authorization':
        throw refusedSignIn('credentials')
    }
  },
}

function initialResponse(args: Scanner): Uint8Array | undefined {
  if (args.atEnd()) return undefined
  args.space()
  return decoded(args.rest())
}

async function respond(session: Session, challenge: Uint8Array, longest: number): Promise<Uint8Array> {
  session.out.text(`+ ${encodeSaslChallenge(challenge)}\r\n`)
  session.out.send()
  const line = await session.peer.line(longest + 2)
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
