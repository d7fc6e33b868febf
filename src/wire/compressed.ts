import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { constants, createInflateRaw, deflateRaw, deflateRawSync, type InflateRaw } from 'node:zlib'

/** Octets that are gathered before a turn of the event loop is over. */
const gatherOctets = 16 * 1024
/** Octets that are compressed at once; more are handed to libuv's pool, as they take a millisecond and longer. */
const syncOctets = 4 * 1024
/** For those: 32 kB of memory for a moment instead of 256, and half the time. */
const small = { level: 3, windowBits: 12, memLevel: 5, finishFlush: constants.Z_SYNC_FLUSH } as const
const large = { level: 3, finishFlush: constants.Z_SYNC_FLUSH } as const

/** Inflated octets that are made at a time; what waits is bounded by the reader, who takes no more than it has room for. */
const inflateOctets = 4 * 1024
/** DEFLATE makes up to 1,032 octets of one. Commands come to ten, perhaps; what goes beyond this many … */
const maxRatio = 30
/** … after so much, is made to keep us busy. Messages do not count (`excuse`): a picture in one colour may well be of that kind. */
const freeOctets = 128 * 1024

/**
 * A connection with DEFLATE both ways (RFC 1951, RFC 4978), in the place of its socket. What is written in a turn of the event loop leaves
 * compressed for itself and whole (Z_SYNC_FLUSH), so a compressor lives for that only, and an idle connection has none. What is lost is what one
 * answer has in common with the one before; long answers have enough in common with themselves.
 */
export class Compressed extends Duplex {
  readonly #inner: Socket
  readonly #inflate: InflateRaw
  readonly #receivedBefore: number
  #inflated = 0
  #excused = 0
  /** Written and not yet compressed. */
  readonly #held: Buffer[] = []
  #heldOctets = 0
  #immediate: NodeJS.Immediate | undefined
  /** A piece is being compressed, or has filled the inner connection. */
  #busy = false
  /** The latter. */
  #full = false
  /** Who waits until there is room for more, and for the end. */
  #room: (() => void) | undefined
  #ending: (() => void) | undefined

  /** @param inner paused, and nobody listens to it; octets that it has still to give are compressed */
  constructor(inner: Socket, early: Buffer | undefined) {
    super({ allowHalfOpen: true })
    this.#inner = inner
    this.#receivedBefore = inner.bytesRead - (early?.length ?? 0)
    // Without an end: a connection may be closed between two commands.
    this.#inflate = createInflateRaw({ chunkSize: inflateOctets, finishFlush: constants.Z_SYNC_FLUSH })
    this.#inflate.on('data', (octets: Buffer) => this.#take(octets))
    this.#inflate.on('end', () => this.push(null))
    this.#inflate.on('error', (error) => this.destroy(error))
    inner.on('drain', () => {
      if (this.#full) this.#sent()
    })
    inner.on('close', () => this.destroy())
    if (early !== undefined) inner.unshift(early)
    inner.pipe(this.#inflate)
  }

  /** Octets that were taken as a message, which is limited by its size already. */
  excuse(octets: number): void {
    this.#excused += octets
  }

  /** As `Socket.destroySoon`: when all has left. */
  destroySoon(): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }

  #take(octets: Buffer): void {
    this.#inflated += octets.length
    const received = this.#inner.bytesRead - this.#receivedBefore
    if (this.#inflated - this.#excused > freeOctets + maxRatio * received) this.destroy(new Error('inflates beyond measure'))
    else if (!this.push(octets)) this.#inflate.pause()
  }

  override _read(): void {
    this.#inflate.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#gather(chunk, done)
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.#gather(Buffer.concat(chunks.map(({ chunk }) => chunk)), done)
  }

  /** Held until the turn of the event loop is over: what many small commands are answered leaves as one. */
  #gather(chunk: Buffer, done: () => void): void {
    this.#heldOctets += chunk.length
    const isDone = this.#heldOctets < gatherOctets
    // A copy of what its writer may change from now on.
    this.#held.push(isDone ? Buffer.from(chunk) : chunk)
    if (isDone) {
      done()
      this.#immediate ??= setImmediate(() => this.#compress())
    } else {
      this.#room = done
      this.#compress()
    }
  }

  /** One piece after another. */
  #compress(): void {
    clearImmediate(this.#immediate)
    this.#immediate = undefined
    if (this.#busy || this.#heldOctets === 0) return
    this.#busy = true
    const octets = Buffer.concat(this.#held)
    this.#held.length = 0
    this.#heldOctets = 0
    if (octets.length <= syncOctets) this.#send(deflateRawSync(octets, small))
    else {
      deflateRaw(octets, large, (error, compressed) => {
        if (error !== null) this.destroy(error)
        else if (!this.destroyed) this.#send(compressed)
      })
    }
  }

  #send(compressed: Buffer): void {
    if (this.#inner.write(compressed)) this.#sent()
    else this.#full = true
  }

  #sent(): void {
    this.#full = false
    this.#busy = false
    const room = this.#room
    this.#room = undefined
    room?.()
    this.#compress()
    if (!this.#busy) this.#ending?.()
  }

  override _final(done: () => void): void {
    this.#ending = () => {
      this.#ending = undefined
      this.#inner.end(done)
    }
    this.#compress()
    if (!this.#busy) this.#ending?.()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearImmediate(this.#immediate)
    this.#inflate.destroy()
    this.#inner.destroy()
    done(error)
  }
}
