import { connect, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { LineReader } from '../../wire/line-reader.ts'
import { maxReplyLineOctets, maxUnreadOctets, type Timeouts } from './limits.ts'
import type { RemoteReply } from '../../mail/remote-reply.ts'
import { ReplyReader } from './reply-reader.ts'

/** How far a connection had come. */
export type Step = 'connect' | 'greeting' | 'hello' | 'tls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'text' | 'final'

/** The other side did not answer, or not so that it can be understood; `cause` where the system said why. What was answered is never one of these. */
export class RemoteFault extends Error {
  override readonly name = 'RemoteFault'
  readonly kind: 'unreachable' | 'timeout' | 'closed' | 'protocol' | 'tls' | 'sign-in'
  readonly step: Step

  constructor(kind: RemoteFault['kind'], step: Step, message: string, cause?: unknown) {
    super(message, { cause })
    this.kind = kind
    this.step = step
  }
}

export interface Place {
  /** An IP address. */
  readonly ip: string
  readonly port: number
  /** Which of our addresses the connection comes from; undefined: the system's choice. */
  readonly localIp: string | undefined
  /** Closes the connection. */
  readonly signal?: AbortSignal
}

/** Our side of one TCP connection to another mail server: lines out, replies in. One caller at a time. */
export class Connection {
  #socket: Socket
  readonly #timeouts: Timeouts
  #lines = new LineReader()
  #replies = new ReplyReader()
  #arrived: (() => void) | undefined
  #drained: (() => void) | undefined
  #end: RemoteFault | undefined
  #step: Step = 'greeting'

  private constructor(socket: Socket, timeouts: Timeouts) {
    this.#socket = socket
    this.#timeouts = timeouts
    this.#attach(socket)
  }

  /** Resolves when the TCP connection is there. @throws RemoteFault */
  static async open({ ip, port, localIp, signal }: Place, timeouts: Timeouts, tls?: ConnectionOptions): Promise<Connection> {
    const to = { host: ip, port, noDelay: true, ...(localIp !== undefined && { localAddress: localIp }), ...(signal && { signal }) }
    const socket = connect(to)
    await established(socket, 'connect', timeouts.connectMs, 'connect')
    const connection = new Connection(socket, timeouts)
    if (tls !== undefined) await connection.startTls(tls)
    return connection
  }

  get tls(): TLSSocket | undefined {
    return 'getPeerCertificate' in this.#socket ? (this.#socket as TLSSocket) : undefined
  }

  /** Nothing more can be said. */
  get gone(): boolean {
    return this.#end !== undefined || this.#socket.destroyed
  }

  /** Something was said, perhaps 421, that is not read yet. */
  get heard(): boolean {
    return this.#lines.buffered > 0
  }

  get localIp(): string | undefined {
    return this.#socket.localAddress
  }

  /** A command, or several at once (RFC 2920). No CR or LF may be in them: callers build them from parsed addresses. */
  send(...commands: readonly string[]): void {
    for (const command of commands) if (/[\r\n]/.test(command)) throw new RangeError('a line end within a command')
    this.#socket.write(commands.map((command) => `${command}\r\n`).join(''))
  }

  /** Octets of a message; resolves when the socket takes more. @throws RemoteFault */
  async write(octets: Buffer): Promise<void> {
    this.#fail()
    if (octets.length === 0 || this.#socket.write(octets)) return
    await this.#within(this.#timeouts.blockMs, 'text', (resolve) => {
      this.#drained = resolve
    })
  }

  /** The next reply. @throws RemoteFault */
  async reply(step: Step, limitMs: number): Promise<RemoteReply> {
    this.#step = step
    const endsAt = performance.now() + limitMs
    for (;;) {
      const line = this.#lines.line(maxReplyLineOctets)
      if (typeof line === 'string') throw this.#broken(`a reply line that is ${line}`)
      if (line !== undefined) {
        const reply = this.#replies.line(line)
        if (typeof reply === 'string') throw this.#broken(reply)
        if (reply !== undefined) return reply
        continue
      }
      this.#fail()
      await this.#within(endsAt - performance.now(), step, (resolve) => {
        this.#arrived = resolve
      })
    }
  }

  /** Our side of the handshake. What came before it and was not read is forgotten (RFC 3207 4.2). @throws RemoteFault */
  async startTls(options: ConnectionOptions): Promise<TLSSocket> {
    const plain = this.#socket
    plain.removeAllListeners()
    this.#lines = new LineReader()
    this.#replies = new ReplyReader()
    const secure = connectTls({ ...options, socket: plain })
    this.#socket = secure
    await established(secure, 'secureConnect', this.#timeouts.handshakeMs, 'tls')
    this.#attach(secure)
    return secure
  }

  close(): void {
    this.#socket.destroy()
  }

  #attach(socket: Socket): void {
    socket.on('data', (octets: Buffer) => {
      this.#lines.push(octets)
      if (this.#lines.buffered > maxUnreadOctets) {
        this.#ended(new RemoteFault('protocol', this.#step, 'the other side talks without being asked'))
        return void socket.destroy()
      }
      this.#wake()
    })
    socket.on('drain', () => this.#drained?.())
    socket.on('error', (error) => this.#ended(new RemoteFault('closed', this.#step, `the connection broke: ${error.message}`, error)))
    socket.on('end', () => this.#ended(new RemoteFault('closed', this.#step, 'the other side closed the connection')))
    socket.on('close', () => this.#ended(new RemoteFault('closed', this.#step, 'the connection was closed')))
  }

  #ended(fault: RemoteFault): void {
    this.#end ??= fault
    this.#wake()
    this.#drained?.()
  }

  #wake(): void {
    this.#arrived?.()
    this.#arrived = undefined
  }

  #fail(): void {
    if (this.#end !== undefined) throw this.#end
  }

  #broken(what: string): RemoteFault {
    this.close()
    return new RemoteFault('protocol', this.#step, `the other side sent ${what}`)
  }

  async #within(limitMs: number, step: Step, wait: (resolve: () => void) => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<'done' | 'late'>()
    wait(() => resolve('done'))
    const timer = setTimeout(() => resolve('late'), Math.max(0, limitMs))
    const result = await promise
    clearTimeout(timer)
    if (result === 'done') return
    this.close()
    throw new RemoteFault('timeout', step, 'the other side did not answer in time')
  }
}

/** Waits for a connection or a handshake; whatever becomes of it, nobody listens to the socket afterwards. */
async function established(socket: Socket, event: 'connect' | 'secureConnect', limitMs: number, step: 'connect' | 'tls'): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const fault = step === 'tls' ? 'tls' : 'unreachable'
  const fail = (kind: RemoteFault['kind'], message: string, cause?: unknown) => reject(new RemoteFault(kind, step, message, cause))
  const timer = setTimeout(() => fail('timeout', 'no connection in time'), limitMs)
  socket.once(event, () => resolve())
  socket.on('error', (error) => fail(fault, error.message, error))
  socket.on('close', () => fail(fault, 'the other side closed the connection'))
  try {
    await promise
  } catch (error) {
    socket.on('error', () => {}).destroy()
    throw error
  } finally {
    clearTimeout(timer)
    socket.removeAllListeners(event)
    socket.removeAllListeners('close')
    if (!socket.destroyed) socket.removeAllListeners('error')
  }
}
