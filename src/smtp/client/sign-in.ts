import { type Connection, RemoteFault } from './connection.ts'
import type { Extensions } from './extensions.ts'

/** Who we are to a server that sends for us (RFC 4954). */
export interface SignIn {
  readonly user: string
  readonly password: string
}

interface Line {
  readonly connection: Connection
  readonly extensions: Extensions
  /** Nobody else reads along: TLS, or a connection within this machine. */
  readonly isPrivate: boolean
  readonly limitMs: number
}

/**
 * Signs in by PLAIN (RFC 4616), or by LOGIN where there is nothing else.
 * @throws RemoteFault `sign-in` whatever is wrong: it is between us and that server, and no message is at fault
 */
export async function signIn({ connection, extensions, isPrivate, limitMs }: Line, { user, password }: SignIn): Promise<void> {
  if (!isPrivate) throw new RemoteFault('sign-in', 'auth', 'a password is not sent in the clear')
  const say = async (line: string, expected: number) => {
    connection.send(line)
    const reply = await connection.reply('auth', limitMs)
    // Its words are not repeated: they might hold what we sent.
    if (reply.code !== expected) throw new RemoteFault('sign-in', 'auth', `signing in was answered with ${reply.code} ${reply.enhanced ?? ''}`.trim())
  }
  if (extensions.auth.has('PLAIN')) {
    // Without an initial response: one may be longer than a command line (RFC 4954 4).
    await say('AUTH PLAIN', 334)
    await say(base64(`\0${user}\0${password}`), 235)
  } else if (extensions.auth.has('LOGIN')) {
    await say('AUTH LOGIN', 334)
    await say(base64(user), 334)
    await say(base64(password), 235)
  } else throw new RemoteFault('sign-in', 'auth', 'the other side offers neither AUTH PLAIN nor AUTH LOGIN')
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
