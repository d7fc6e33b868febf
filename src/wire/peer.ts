import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'
import { normaliseIp } from '../mail/ip.ts'
import { Alarm, type Sleeper } from './alarm.ts'
import { channelBinding, type ChannelBindingType } from './channel-binding.ts'
import { clientAddresses } from './client-certificate.ts'
import { Compressed } from './compressed.ts'
import { handshake, type HandshakeOptions } from './handshake.ts'
import { type LineFault, LineReader } from './line-reader.ts'
import { Unsent } from './unsent.ts'

/** Octets that may wait for us before the socket is read no further: what Node reads at a time, so at most twice that is held. */
const maxWaitingOctets = 64 * 1024
/** Octets (UTF-16 units for text) that are joined within one tick before they are handed to the socket. */
const maxUnsentOctets = 64 * 1024
/** After `end`, how long the other side has to take our last words and close. */
const lingerMs = 5_000
/** After `end`, octets that are read and dropped, so that what is on its way does not turn our last words into a reset. */
const maxLingerOctets = 1024 * 1024
/** From the first octet of a TLS handshake to its end. */
const handshakeMs = 30_000

/** What all connections of one listener share. */
export interface PeerOptions extends HandshakeOptions {
  /** The connection is gone. */
  readonly onGone: (peer: Peer) => void
}

/** Why `wait` came back. `input`: there is more than before. `drained`: our answers have left, and a line may have been held back for them. */
export type WaitEnd = 'input' | 'closed' | 'drained' | 'timeout'

/**
 * One connection, read by pulling: nobody asks, nothing is read (beyond `maxWaitingOctets`), so a slow consumer holds the sender
 * back; and while the other side does not read our answers, its commands are not read either. One reader at a time.
 * It is long, and stays whole: reading, writing, TLS and the end each change what the others may do, and every line of every protocol comes through here.
 */
export class Peer implements Sleeper {
  /** As `mail/ip.ts` writes it; after a PROXY header, the original client's. */
  ip: string
  port: number
  /** Set by the protocol: says its last words when the deadline passes; the connection is ended after it. */
  onDeadline: ((peer: Peer) => void) | undefined
  /** Set by the protocol: the server wants to stop. End at once if idle, else when `draining` is seen at the next good moment. */
  onDrain: ((peer: Peer) => void) | undefined
  /** The server wants to stop. */
  draining = false

  #socket: Socket | Compressed
  readonly #reader = new LineReader()
  readonly #options: PeerOptions
  readonly #unsent = new Unsent()
  #flushing = false
  #paused = false
  /** The other side sends no more. */
  #inputEnded = false
  /** We said our last words. */
  #ended = false
  #handshaking = false
  #lingered = 0
  #waiter: ((end: WaitEnd) => void) | undefined
  #drainWaiters: (() => void)[] | undefined
  #alarm: Alarm | undefined
  #isClosed = false
  #closed: PromiseWithResolvers<void> | undefined
  #tls: string | undefined

  constructor(socket: Socket, options: PeerOptions) {
    this.#socket = socket
    this.#options = options
    const remote = socket.remoteAddress ?? ''
    const zone = remote.indexOf('%')
    this.ip = normaliseIp(zone < 0 ? remote : remote.slice(0, zone)) ?? '0.0.0.0'
    this.port = socket.remotePort ?? 0
    this.#attach(socket)
  }

  /** Protocol and cipher, "TLSv1.3 TLS_AES_256_GCM_SHA384"; undefined: not encrypted. */
  get tls(): string | undefined {
    if (this.#tls === undefined && this.#socket instanceof TLSSocket) {
      this.#tls = `${this.#socket.getProtocol() ?? 'TLS'} ${this.#socket.getCipher().standardName}`
    }
    return this.#tls
  }

  /** For mechanisms that bind a sign-in to its TLS connection (RFC 5056); undefined: not encrypted, or none of this type. */
  channelBinding(type: ChannelBindingType): Uint8Array | undefined {
    return this.#socket instanceof TLSSocket && !this.#socket.destroyed ? channelBinding(this.#socket, type) : undefined
  }

  /** Mail addresses that the client has proved by certificate (RFC 4422 A); none where the listener asks for no certificate. */
  get clientAddresses(): readonly string[] {
    return this.#options.requestCertificate && this.#socket instanceof TLSSocket ? clientAddresses(this.#socket) : []
  }

  /** Nothing more can be read or written. */
  get gone(): boolean {
    return this.#ended || this.#socket.destroyed
  }

  /** Octets received and not yet taken. */
  get buffered(): number {
    return this.#reader.buffered
  }

  /** Resolves when the connection is gone, for whatever reason. */
  get closed(): Promise<void> {
    this.#closed ??= Promise.withResolvers<void>()
    if (this.#isClosed) this.#closed.resolve()
    return this.#closed.promise
  }

  /**
   * The next line without its CRLF, a view that keeps the whole received chunk alive: copy what is kept long. Undefined: the other side closed (or we did).
   * @param limitOctets with the CRLF; the rest of a longer line is skipped, not stored
   */
  line(limitOctets: number): Promise<Buffer | LineFault | undefined> {
    const line = this.lineNow(limitOctets)
    return line === 'wait' ? this.#lineLater(limitOctets) : Promise.resolve(line)
  }

  /** As `line`, where the answer is known now: pipelined commands cost no turn of the event loop. */
  lineNow(limitOctets: number): Buffer | LineFault | 'wait' | undefined {
    if (this.gone) return undefined
    if (this.#backlogged()) return 'wait'
    const line = this.#reader.line(limitOctets)
    if (this.#paused) this.#resumeWhenLow()
    if (line !== undefined) return line
    return this.#inputEnded ? undefined : 'wait'
  }

  async #lineLater(limitOctets: number): Promise<Buffer | LineFault | undefined> {
    for (;;) {
      if (this.#backlogged()) await this.drained()
      else await this.wait()
      const line = this.lineNow(limitOctets)
      if (line !== 'wait') return line
    }
  }

  /** The octets at hand, at least one, not yet taken; undefined: the other side closed. For DATA, whose end the caller finds. */
  async peek(): Promise<Buffer | undefined> {
    for (;;) {
      if (this.gone) return undefined
      if (this.#backlogged()) {
        await this.drained()
        continue
      }
      const octets = this.#reader.peek()
      if (octets !== undefined) return octets
      if (this.#inputEnded) return undefined
      await this.wait()
    }
  }

  /** As `peek`, all octets at hand in one piece. Copies: for short headers. */
  async peekAll(): Promise<Buffer | undefined> {
    this.#reader.join()
    return await this.peek()
  }

  /** Takes the first `octets` of what `peek` showed. */
  take(octets: number): void {
    this.#reader.take(octets)
    if (this.#socket instanceof Compressed) this.#socket.excuse(octets)
    if (this.#paused) this.#resumeWhenLow()
  }

  /** 1 … `max` octets, for literals; a view, not a copy. Undefined: the other side closed. */
  async octets(max: number): Promise<Buffer | undefined> {
    const octets = await this.peek()
    if (octets === undefined) return undefined
    const taken = Math.min(max, octets.length)
    this.take(taken)
    return taken === octets.length ? octets : octets.subarray(0, taken)
  }

  /** Waits for more input than there is now, the end of the connection, or the time given. For the banner, and for a command to begin. */
  wait(timeoutMs?: number): Promise<WaitEnd> {
    if (this.gone || this.#inputEnded) return Promise.resolve('closed')
    if (this.#waiter !== undefined) throw new Error('two readers of one connection')
    if (this.#paused) this.#resumeWhenLow()
    const { promise, resolve } = Promise.withResolvers<WaitEnd>()
    this.#waiter = resolve
    if (timeoutMs === undefined) return promise
    const timer = setTimeout(() => {
      if (this.#waiter === resolve) this.#settle('timeout')
    }, timeoutMs)
    return promise.finally(() => clearTimeout(timer))
  }

  /** Writes text as UTF-8, or octets, which must not be changed before they are `taken`. What one tick writes leaves together. */
  write(data: string | Uint8Array): void {
    if (this.gone) return
    this.#unsent.add(data)
    // Many answers in one tick must not pile up out of the socket's sight: it is the socket that says when it is too much.
    if (this.#unsent.length > maxUnsentOctets) this.flush()
    else if (!this.#flushing) {
      this.#flushing = true
      process.nextTick(flush, this)
    }
  }

  /** Sends what was written in this tick, now. */
  flush(): void {
    this.#flushing = false
    this.#unsent.sendTo(this.#socket)
  }

  /** Resolves when little is left unsent (or the connection is gone): await it between the pieces of a long answer. */
  drained(): Promise<void> {
    if (this.#flushing) this.flush()
    if (!this.#backlogged()) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#drainWaiters ??= []
    this.#drainWaiters.push(resolve)
    return promise
  }

  /** Resolves when all that was written has been handed to the system (or the connection is gone): the octets are their owner's again. */
  taken(): Promise<void> {
    this.flush()
    if (this.#socket.destroyed || this.#socket.writableLength === 0) return Promise.resolve()
    // What was written before the last words is on its way still.
    if (this.#ended) return this.closed
    // Comes to its turn after all that was written before, or fails with it.
    return new Promise((resolve) => this.#socket.write('', () => resolve()))
  }

  #backlogged(): boolean {
    return this.#socket.writableNeedDrain && !this.#socket.destroyed
  }

  /**
   * The server's side of a TLS handshake (RFC 3207, RFC 2595); rejects when it fails, and the connection is gone then.
   * What was written before leaves in the clear, what was received before is forgotten: nobody in the middle can slip
   * commands in ahead of the handshake (CVE-2011-0411).
   */
  startTls(context: SecureContext): Promise<void> {
    this.flush()
    const plain = this.#plain()
    this.#leave(plain)
    while (plain.read() !== null);
    return this.#handshake(context)
  }

  /** TLS from the first octet (RFC 8314 3): what came after a PROXY header is the handshake already. Rejects like `startTls`. */
  acceptTls(context: SecureContext): Promise<void> {
    const plain = this.#plain()
    const early = this.#leave(plain)
    if (early !== undefined) plain.unshift(early)
    return this.#handshake(context)
  }

  /** Somebody else reads and writes from here on (an HTTP server): the connection with what has been received. Only its end is still noticed here. */
  handOver(): Socket {
    this.flush()
    const plain = this.#plain()
    const early = this.#leave(plain)
    if (early !== undefined) plain.unshift(early)
    plain.on('close', this.#onClose)
    return plain
  }

  get compressed(): boolean {
    return this.#socket instanceof Compressed
  }

  /** DEFLATE both ways from here on (RFC 4978): what was written before leaves as it is, what was received after the last line is compressed. */
  compress(): void {
    this.flush()
    this.#tls = this.tls
    const plain = this.#plain()
    this.#socket = new Compressed(plain, this.#leave(plain))
    this.#attach(this.#socket)
  }

  /** Nobody listens any more; what has been received and not taken. */
  #leave(socket: Socket): Buffer | undefined {
    this.#detach(socket)
    socket.pause()
    this.#paused = false
    this.#reader.join()
    const early = this.#reader.peek()
    this.#reader.clear()
    return early
  }

  #plain(): Socket {
    if (this.#socket instanceof Compressed) throw new Error('nothing comes between a connection and its compression')
    return this.#socket
  }

  async #handshake(context: SecureContext): Promise<void> {
    const plain = this.#plain()
    if (plain.destroyed) throw new Error('connection closed before the TLS handshake')
    const { secure, done } = handshake(plain, context, this.#options)
    this.#socket = secure
    this.#handshaking = true
    this.deadline(handshakeMs)
    this.#attach(secure)
    await done
    this.#handshaking = false
    this.deadline(Infinity)
  }

  /**
   * When the current command must be done, counted from now; replaces the one before. Infinity: none. At its end `onDeadline`
   * is called and the connection ended. Coarse: up to 0.1 s late.
   */
  deadline(ms: number): void {
    if (ms === Infinity) this.#alarm?.clear()
    else if (!this.#socket.destroyed) {
      this.#alarm ??= new Alarm(this)
      this.#alarm.set(ms)
    }
  }

  /** The deadline passed. Called by the wheel. */
  alarmRang(): void {
    if (this.#ended || this.#handshaking) {
      this.#socket.destroy()
      return
    }
    this.onDeadline?.(this)
    this.end()
  }

  /** The server wants to stop; called by the listener. */
  drain(): void {
    this.draining = true
    this.onDrain?.(this)
  }

  /** Says `last`, if given, and closes; readers get undefined. */
  end(last?: string): void {
    if (this.gone) return
    if (last !== undefined) this.write(last)
    this.flush()
    this.#ended = true
    this.#reader.clear()
    this.#socket.end()
    this.#socket.resume()
    this.deadline(lingerMs)
    this.#settle('closed')
  }

  /** Closes without a word. */
  destroy(): void {
    this.#socket.destroy()
  }

  #settle(end: WaitEnd): void {
    const waiter = this.#waiter
    if (waiter === undefined) return
    this.#waiter = undefined
    waiter(end)
  }

  #resumeWhenLow(): void {
    if (this.#reader.buffered >= maxWaitingOctets / 2) return
    this.#paused = false
    this.#socket.resume()
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#ended) {
      this.#lingered += chunk.length
      if (this.#lingered > maxLingerOctets) this.#socket.destroy()
      return
    }
    this.#reader.push(chunk)
    if (!this.#paused && this.#reader.buffered > maxWaitingOctets) {
      this.#paused = true
      this.#socket.pause()
    }
    this.#settle('input')
  }

  readonly #onEnd = (): void => {
    this.#inputEnded = true
    if (this.#ended) this.#socket.destroySoon()
    this.#settle('closed')
  }

  readonly #onDrained = (): void => {
    const waiters = this.#drainWaiters
    this.#drainWaiters = undefined
    if (waiters !== undefined) for (const waiter of waiters) waiter()
    // A line may be here that was held back until now: who waits for input looks again.
    this.#settle('drained')
  }

  readonly #onClose = (): void => {
    this.#inputEnded = true
    this.#isClosed = true
    this.#alarm?.clear()
    this.#settle('closed')
    this.#onDrained()
    this.#options.onGone(this)
    this.#closed?.resolve()
  }

  #attach(socket: Socket | Compressed): void {
    socket.on('data', this.#onData)
    socket.on('end', this.#onEnd)
    socket.on('drain', this.#onDrained)
    socket.on('error', ignore)
    socket.on('close', this.#onClose)
  }

  #detach(socket: Socket): void {
    socket.off('data', this.#onData)
    socket.off('end', this.#onEnd)
    socket.off('drain', this.#onDrained)
    socket.off('close', this.#onClose)
  }
}

/** A broken connection is an end like any other; 'close' follows. */
function ignore(): void {}

function flush(peer: Peer): void {
  peer.flush()
}
