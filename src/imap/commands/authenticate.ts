import { beforeSignIn, type ImapCommand } from '../command.ts'
import { BadCommand, PeerGone, Refused } from '../outcome.ts'
import type { Scanner } from '../parse/scanner.ts'
import { lineFault } from '../read-command.ts'
import type { Session } from '../session.ts'
import { refusedSignIn, signInWithPassword } from './sign-in.ts'

/** Octets of one SASL response in base64 with its CRLF (RFC 4616: three parts of 255 octets). */
const responseOctets = 2_048

const utf8 = new TextDecoder('utf-8', { fatal: true })

interface Credentials {
  readonly username: string
  readonly password: string
}

/** AUTHENTICATE (RFC 9051 6.2.2) with PLAIN (RFC 4616) and LOGIN, with SASL-IR (RFC 4959). */
export const authenticate: ImapCommand = {
  name: 'AUTHENTICATE',
  states: beforeSignIn,
  async run(session, args) {
    args.space()
    const mechanism = args.keyword('a mechanism')
    const initial = initialResponse(args)
    if (mechanism !== 'PLAIN' && mechanism !== 'LOGIN') throw new Refused('CANNOT', 'no such mechanism')
    if (!session.dependencies.signIn.plaintextAllowed(session.from)) throw refusedSignIn('plaintext')
    const { username, password } = mechanism === 'PLAIN' ? await plain(session, initial) : await loginMechanism(session, initial)
    return await signInWithPassword(session, username, password)
  },
}

/** `=` is the empty response (RFC 4959 3). */
function initialResponse(args: Scanner): string | undefined {
  if (args.atEnd()) return undefined
  args.space()
  const response = args.rest()
  if (response.length > responseOctets) throw new BadCommand('SASL response too long')
  return response === '=' ? '' : response
}

/** [authzid] NUL authcid NUL passwd. */
async function plain(session: Session, initial: string | undefined): Promise<Credentials> {
  const parts = decode(initial ?? (await ask(session, ''))).split('\0')
  const [authorization, username, password] = parts
  if (parts.length !== 3 || authorization === undefined || username === undefined || password === undefined) throw new BadCommand('not a PLAIN response')
  // Nobody may act for another here; naming oneself is no more than what an empty one says.
  if (authorization !== '' && authorization !== username) throw new Refused('AUTHENTICATIONFAILED', 'sign-in failed')
  return { username, password }
}

/** The old LOGIN mechanism: Outlook still asks for it. */
async function loginMechanism(session: Session, initial: string | undefined): Promise<Credentials> {
  const username = decode(initial ?? (await ask(session, 'VXNlcm5hbWU6')))
  const password = decode(await ask(session, 'UGFzc3dvcmQ6'))
  return { username, password }
}

async function ask(session: Session, challenge: string): Promise<string> {
  session.out.text(`+ ${challenge}\r\n`)
  session.out.send()
  const line = await session.peer.line(responseOctets)
  if (line === undefined) throw new PeerGone()
  if (line === 'too-long') throw new BadCommand('SASL response too long')
  if (typeof line === 'string') throw lineFault(line)
  const response = line.toString('latin1')
  if (response === '*') throw new BadCommand('cancelled')
  return response
}

/** Strict base64 of UTF-8. */
function decode(response: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(response) || response.length % 4 !== 0) throw new BadCommand('a SASL response is not base64')
  try {
    return utf8.decode(Buffer.from(response, 'base64'))
  } catch {
    throw new BadCommand('a SASL response is not UTF-8')
  }
}
