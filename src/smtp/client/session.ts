import { isIP } from 'node:net'
import { type ConnectionOptions, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'
import { Connection, type Place, RemoteFault, type Step } from './connection.ts'
import { type Extensions, readExtensions } from './extensions.ts'
import { timeouts as usualTimeouts, type Timeouts } from './limits.ts'
import { type SignIn, signIn } from './sign-in.ts'
import { formatRemoteReply, type RemoteReply } from '../../mail/remote-reply.ts'

/**
 * What becomes of TLS. `none`: not even tried, for a server whose handshake failed a moment ago. `opportunistic` (RFC 7435): where it is
 * offered, with any certificate. `required`: with a certificate that `refuse` has nothing against, or the message stays here; `implicit`: the same
 * from the first octet (RFC 8314 3.3).
 */
export type TlsUse =
  | { readonly use: 'none' }
  | { readonly use: 'opportunistic'; readonly serverName: string }
  | {
      readonly use: 'required' | 'implicit'
      readonly serverName: string
      /** MTA-STS, DANE or an operator's wish: what is wrong with this server's certificate; undefined: nothing. */
      readonly refuse: (secure: TLSSocket) => string | undefined
    }

export interface SessionOptions extends Place {
  /** What EHLO says: the name that our address has (RFC 5321 4.1.1.1). */
  readonly helloName: string
  readonly tls: TlsUse
  /** At a server that sends for us. */
  readonly signIn?: SignIn | undefined
  readonly timeouts?: Timeouts
  /** Whose certificates are trusted, and which versions of TLS are spoken; default: the Web's authorities, from 1.2 on. */
  readonly tlsContext?: SecureContext
}

/** One for all sessions: to read the Web's authorities each time takes longer than the handshake. */
let webContext: SecureContext | undefined

/** The other side wants nothing of us, or not now: greeting, EHLO or STARTTLS was answered with 4xx or 5xx, or anything with 421. */
export class RemoteRefusal extends Error {
  override readonly name = 'RemoteRefusal'
  readonly reply: RemoteReply
  readonly step: Step

  constructor(reply: RemoteReply, step: Step) {
    super(formatRemoteReply(reply))
    this.reply = reply
    this.step = step
  }
}

/** A connection that has said hello, in TLS where it shall: ready for `transaction.ts`. */
export interface Session {
  readonly connection: Connection
  readonly extensions: Extensions
  readonly timeouts: Timeouts
  /** What the greeting said. */
  readonly greeting: string
  /** Protocol and cipher, as the Received field of the other side will have it; undefined: in the clear. */
  readonly tls: string | undefined
}

/** Connects and says hello. @throws RemoteFault, RemoteRefusal; nothing is left open then */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { helloName, tls, timeouts = usualTimeouts, tlsContext = (webContext ??= createSecureContext({ minVersion: 'TLSv1.2' })) } = options
  const connection = await Connection.open(options, timeouts, tls.use === 'implicit' ? tlsOptions(tls.serverName, tlsContext) : undefined)
  try {
    if (tls.use === 'implicit') verify(tls, connection.tls)
    const greeting = await connection.reply('greeting', timeouts.greetingMs)
    if (greeting.code !== 220) throw new RemoteRefusal(greeting, 'greeting')
    let extensions = await hello(connection, helloName, timeouts)
    if (tls.use !== 'none' && tls.use !== 'implicit' && extensions.startTls) {
      await startTls(connection, tls, tlsContext, timeouts)
      // What was offered in the clear may have been anybody's (RFC 3207 4.2).
      extensions = await hello(connection, helloName, timeouts)
    } else if (tls.use === 'required') throw new RemoteFault('tls', 'tls', 'TLS is required here, and STARTTLS is not offered')
    const secure = connection.tls
    if (options.signIn !== undefined) {
      const isPrivate = secure !== undefined || isLoopback(options.ip)
      await signIn({ connection, extensions, isPrivate, limitMs: timeouts.commandMs }, options.signIn)
    }
    return {
      connection,
      extensions,
      timeouts,
      greeting: greeting.lines.join(' '),
      tls: secure && `${secure.getProtocol() ?? 'TLS'} ${secure.getCipher().standardName}`,
    }
  } catch (error) {
    connection.close()
    throw error
  }
}

/** Says goodbye; whatever the answer, the connection is closed. */
export async function closeSession({ connection, timeouts }: Session): Promise<void> {
  try {
    connection.send('QUIT')
    await connection.reply('final', timeouts.quitMs)
  } catch (error) {
    if (!(error instanceof RemoteFault)) throw error
  } finally {
    connection.close()
  }
}

/** The next reply of a session. 421 ends it whenever it comes (RFC 5321 3.8). @throws RemoteFault, RemoteRefusal */
export async function replyOf({ connection }: Pick<Session, 'connection'>, step: Step, limitMs: number): Promise<RemoteReply> {
  const reply = await connection.reply(step, limitMs)
  if (reply.code !== 421) return reply
  connection.close()
  throw new RemoteRefusal(reply, step)
}

async function hello(connection: Connection, name: string, timeouts: Timeouts): Promise<Extensions> {
  connection.send(`EHLO ${name}`)
  const reply = await connection.reply('hello', timeouts.commandMs)
  if (reply.code === 250) return readExtensions(reply)
  // 421 and other 4xx: not now. A server that knows no EHLO says 500, 502 or 504 (RFC 5321 3.2).
  if (reply.code < 500) throw new RemoteRefusal(reply, 'hello')
  connection.send(`HELO ${name}`)
  const second = await connection.reply('hello', timeouts.commandMs)
  if (second.code !== 250) throw new RemoteRefusal(reply, 'hello')
  return readExtensions(undefined)
}

async function startTls(connection: Connection, tls: Exclude<TlsUse, { use: 'none' }>, secureContext: SecureContext, timeouts: Timeouts): Promise<void> {
  connection.send('STARTTLS')
  const reply = await connection.reply('tls', timeouts.commandMs)
  if (reply.code !== 220) throw new RemoteRefusal(reply, 'tls')
  verify(tls, await connection.startTls(tlsOptions(tls.serverName, secureContext)))
}

/** Whose certificate is good is for `verify`: an unverified one is still better than none (RFC 7435), and DANE has rules of its own. */
function tlsOptions(serverName: string, secureContext: SecureContext): ConnectionOptions {
  return { host: serverName, servername: isIP(serverName) === 0 ? serverName : '', rejectUnauthorized: false, secureContext }
}

function verify(tls: Exclude<TlsUse, { use: 'none' }>, secure: TLSSocket | undefined): void {
  const wrong = tls.use === 'opportunistic' || secure === undefined ? undefined : tls.refuse(secure)
  if (wrong !== undefined) throw new RemoteFault('tls', 'tls', wrong)
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.')
}
