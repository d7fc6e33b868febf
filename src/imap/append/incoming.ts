import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { closeFile, isNoRoom, openFile, readAt, writeAt } from '../../base/file.ts'
import { ContentFull, type Piece } from '../../content/content.ts'
import { PeerGone, Refused } from '../outcome.ts'
import type { LiteralHead } from '../parse/scanner.ts'
import { goAhead } from '../read-command.ts'
import type { Session } from '../session.ts'

/** Pieces past these are joined: octets that come one by one would cost hundreds each. */
const mostPieces = 256

/**
 * The messages that a command brings, one after another: in memory while all of them are short, and once they are past `spoolOctets` in a
 * spool file. Memory grows with what has come, not with what was announced.
 */
export class IncomingOctets {
  readonly #session: Session
  readonly #path: string
  readonly #mayHoldNul: boolean
  #memory: Buffer[] = []
  #memoryOctets = 0
  #fd: number | undefined
  #hasFile = false
  #fileOctets = 0
  /** Why they cannot be kept. What comes after it is thrown away, but read all the same, or it would be taken for commands. */
  fault: Error | undefined
  /** Where it may hold NUL. */
  hasNul = false

  /** @param options.mayHoldNul what comes goes no further as it is (binary-message.ts) */
  constructor(session: Session, options: { readonly mayHoldNul: boolean } = { mayHoldNul: false }) {
    this.#session = session
    this.#mayHoldNul = options.mayHoldNul
    this.#path = join(session.dependencies.spoolFolder, `imap-${randomUUID()}`)
  }

  get sizeOctets(): number {
    return this.#memoryOctets + this.#fileOctets
  }

  /** Asks for the literal where it waits for "+", and takes all of it. Throws PeerGone only. */
  async receive(literal: LiteralHead): Promise<void> {
    const { peer, limits } = this.#session
    goAhead(this.#session, literal)
    await this.#spoolFrom(literal.sizeOctets)
    for (let left = literal.sizeOctets; left > 0; ) {
      const piece = await peer.octets(left)
      if (piece === undefined) throw new PeerGone()
      // Each piece renews the deadline: a slow line is not an idle one.
      peer.deadline(limits.idleMs)
      left -= piece.length
      await this.add(piece)
    }
  }

  async add(piece: Uint8Array): Promise<void> {
    if (piece.includes(0)) this.#noteNul()
    if (this.fault !== undefined) return
    await this.#spoolFrom(piece.length)
    const octets = Buffer.from(piece.buffer, piece.byteOffset, piece.length)
    if (this.#fd === undefined) this.#keep(octets)
    else await this.#write(this.#fd, octets)
  }

  /** All that came, for the store; nothing comes after that. Throws the fault, if there is one. */
  async pieces(): Promise<readonly Piece[]> {
    await this.#closeFile()
    if (this.fault !== undefined) throw this.fault
    return this.#fileOctets === 0 ? this.#memory : [...this.#memory, { path: this.#path, sizeBytes: this.#fileOctets }]
  }

  /** Deletes the spool file, if there is one. */
  async discard(): Promise<void> {
    await this.#closeFile()
    if (this.#hasFile) await rm(this.#path, { force: true })
  }

  /** Octets of one literal that came, from `start` to `end` (exclusive). */
  async read(start: number, end: number): Promise<Uint8Array> {
    if (this.#fd === undefined) {
      this.#memory = [Buffer.concat(this.#memory)]
      return this.#memory[0]?.subarray(start, end) ?? Buffer.alloc(0)
    }
    const octets = Buffer.allocUnsafe(end - start)
    await readAt(this.#fd, octets, octets.length, start)
    return octets
  }

  /** A literal has no NUL (RFC 9051 4.3), and IMAP could not give it back. */
  #noteNul(): void {
    this.hasNul = true
    if (!this.#mayHoldNul) this.fault ??= new Refused('CANNOT', 'a message cannot hold NUL octets')
  }

  #keep(octets: Buffer): void {
    this.#memory.push(octets)
    this.#memoryOctets += octets.length
    if (this.#memory.length > mostPieces) this.#memory = [Buffer.concat(this.#memory)]
  }

  /** Before so many octets more are kept: from here on in a file, where they would be too many. */
  async #spoolFrom(moreOctets: number): Promise<void> {
    if (this.#fd !== undefined || this.fault !== undefined || this.#memoryOctets + moreOctets <= this.#session.limits.spoolOctets) return
    this.#hasFile = true
    try {
      this.#fd = await openFile(this.#path, 'wx+')
    } catch (error) {
      this.fault = diskFault(error)
    }
  }

  async #write(fd: number, octets: Buffer): Promise<void> {
    try {
      await writeAt(fd, [octets], this.#fileOctets)
      this.#fileOctets += octets.length
    } catch (error) {
      this.fault = diskFault(error)
    }
  }

  async #closeFile(): Promise<void> {
    const fd = this.#fd
    this.#fd = undefined
    if (fd !== undefined) await closeFile(fd)
  }
}

function diskFault(cause: unknown): Error {
  const message = 'a message on its way in could not be spooled'
  return isNoRoom(cause) ? new ContentFull(message, { cause }) : new Error(message, { cause })
}
