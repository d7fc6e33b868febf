import type { Piece } from '../../content/content.ts'
import type { QueueId } from '../../mail/ids.ts'
import type { Spool, SpoolFile } from './spool.ts'

/** Octets of one message that are kept in memory; past them it goes into a spool file (DESIGN "A message's way in"). */
const memoryOctets = 256 * 1024
/** A piece shorter than this is copied into a block, or octets that come one by one would cost hundreds each. */
const shortPiece = 2048
const blockOctets = 16 * 1024
const noOctets = Buffer.alloc(0)
/** Memory of at least this many octets is given back at once; what is smaller may wait for the garbage collector. */
const largeChunk = 16 * 1024

/** The octets of one message as they come in: memory, then a spool file, from which the header section is read again. */
export class Body {
  readonly #spool: Spool
  readonly #queueId: QueueId
  #pieces: Buffer[] = []
  #inMemory = 0
  /** The block that short pieces are gathered in, and how much of it is used. */
  #block: Buffer | undefined
  #blockUsed = 0
  #file: SpoolFile | undefined
  /** Memory that holds this message and nothing else. */
  #chunks: ArrayBuffer[] = []

  constructor(spool: Spool, queueId: QueueId) {
    this.#spool = spool
    this.#queueId = queueId
  }

  /**
   * Keeps `octets`, which must not change afterwards. Returns a promise where it must be awaited before the next piece: it
   * rejects with the system's error when the spool file cannot be written. `chunk`: the memory that they are in, where nobody else uses
   * any of it.
   */
  add(octets: Buffer, chunk?: ArrayBuffer): Promise<void> | undefined {
    if (octets.length === 0) return undefined
    if (chunk !== undefined && chunk.byteLength >= largeChunk) this.#chunks.push(chunk)
    this.#inMemory += octets.length
    this.#spool.heldInMemory += octets.length
    if (octets.length < shortPiece) this.#gather(octets)
    else {
      this.#closeBlock()
      this.#pieces.push(octets)
    }
    return this.#inMemory > memoryOctets || this.#spool.heldInMemory > this.#spool.mayHold ? this.#spill() : undefined
  }

  /** The header section, once everything has come; `headerOctets` -1: all of it. Rejects with the system's error. */
  async header(headerOctets: number): Promise<Buffer> {
    this.#closeBlock()
    const file = this.#file
    if (file !== undefined) {
      await this.#spill()
      return await file.start(headerOctets < 0 ? file.sizeBytes : headerOctets)
    }
    const first = this.#pieces[0] ?? noOctets
    if (headerOctets >= 0 && headerOctets <= first.length) return first.subarray(0, headerOctets)
    const all = Buffer.concat(this.#pieces)
    return headerOctets < 0 ? all : all.subarray(0, headerOctets)
  }

  /** Everything, complete; writes what is left into the spool file where there is one. */
  async finish(): Promise<readonly Piece[]> {
    this.#closeBlock()
    const file = this.#file
    if (file === undefined) return this.#pieces
    await file.write(this.#pieces)
    this.#pieces = []
    await file.close()
    return [{ path: file.path, sizeBytes: file.sizeBytes }]
  }

  /** Lets go of memory and file: nothing that `header` and `finish` gave may be used any more. */
  async discard(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    this.#pieces = []
    this.#block = undefined
    this.#release()
    this.#giveBack()
    await file?.remove()
  }

  #gather(octets: Buffer): void {
    let block = this.#block
    if (block === undefined || this.#blockUsed + octets.length > block.length) {
      // A whole small message is not copied: most come in one piece.
      if (block === undefined && this.#pieces.length === 0) {
        this.#pieces.push(octets)
        return
      }
      this.#closeBlock()
      block = Buffer.allocUnsafeSlow(blockOctets)
      this.#block = block
    }
    octets.copy(block, this.#blockUsed)
    this.#blockUsed += octets.length
  }

  #closeBlock(): void {
    if (this.#block !== undefined) this.#pieces.push(this.#block.subarray(0, this.#blockUsed))
    this.#block = undefined
    this.#blockUsed = 0
  }

  async #spill(): Promise<void> {
    this.#closeBlock()
    const pieces = this.#pieces
    this.#pieces = []
    this.#file ??= await this.#spool.create(this.#queueId)
    await this.#file.write(pieces)
    this.#release()
    this.#giveBack()
  }

  /**
   * Frees the memory now. Left to the garbage collector, 64 MB of received octets make it mark the whole heap: ten times a
   * second under a load of large messages.
   */
  #giveBack(): void {
    for (const chunk of this.#chunks) chunk.transfer(0)
    this.#chunks = []
  }

  #release(): void {
    this.#spool.heldInMemory -= this.#inMemory
    this.#inMemory = 0
  }
}
