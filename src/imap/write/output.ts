import type { Peer } from '../../wire/peer.ts'

/** Octets gathered before they go to the socket as one; the first piece of an answer is small, since most are. */
const pieceOctets = 32 * 1024
const firstPieceOctets = 2 * 1024
/** Octets after which a long answer looks whether the other side reads: each look sends them. */
const flowOctets = 64 * 1024
/** From here on octets are handed on as they are, not copied. */
const largeOctets = 8 * 1024

/**
 * Puts an answer together from text and octets. Long answers call `flow` now and then: it waits while the other side does
 * not read, so that a slow client holds neither a snapshot nor memory.
 */
export class Output {
  readonly #peer: Peer
  readonly #progressMs: number
  /** ASCII not yet copied anywhere. */
  #text = ''
  #piece: Buffer | undefined
  #used = 0
  /** Octets given to the connection since it was last asked. */
  #handedOn = 0
  #nextPieceOctets = firstPieceOctets

  /** @param progressMs how long the other side may take for a piece of an answer before it is given up */
  constructor(peer: Peer, progressMs: number) {
    this.#peer = peer
    this.#progressMs = progressMs
  }

  /** ASCII only. */
  text(text: string): void {
    this.#text += text
    if (this.#text.length >= pieceOctets) this.#handOn()
  }

  /** Text that may hold more than ASCII: mailbox names where the client enabled UTF-8. */
  utf8(text: string): void {
    if (/^[\0-\x7f]*$/.test(text)) this.text(text)
    else this.octets(Buffer.from(text))
  }

  /** Not to be changed before they are `taken`. */
  octets(octets: Uint8Array): void {
    if (octets.length >= largeOctets) {
      this.#handOn()
      this.#write(octets)
      return
    }
    this.#textIntoPiece()
    this.#room(octets.length).set(octets, this.#used)
    this.#used += octets.length
  }

  /** The answer is complete: hands it to the connection and keeps no memory. */
  send(): void {
    this.#handOn()
    this.#handedOn = 0
    this.#nextPieceOctets = firstPieceOctets
  }

  /** So much was written that `flow` would do something: who writes many small pieces need not call it before. */
  get isFull(): boolean {
    return this.#handedOn + this.#text.length + this.#used >= flowOctets
  }

  /** Between the pieces of a long answer: waits until the other side has taken most of what it got. Costs nothing while little was written. */
  async flow(): Promise<void> {
    if (!this.isFull) return
    this.#handOn()
    this.#handedOn = 0
    this.#peer.deadline(this.#progressMs)
    await this.#peer.drained()
  }

  /** Waits until the other side has taken all it got: octets that were given may be changed from then on. */
  async taken(): Promise<void> {
    this.#handOn()
    this.#handedOn = 0
    this.#peer.deadline(this.#progressMs)
    await this.#peer.taken()
  }

  #handOn(): void {
    // An answer of text alone, like FETCH FLAGS, never passes through a buffer of ours.
    if (this.#used > 0) {
      this.#textIntoPiece()
      this.#sendPiece()
    }
    if (this.#text === '') return
    this.#write(this.#text)
    this.#text = ''
  }

  #textIntoPiece(): void {
    const text = this.#text
    if (text === '') return
    this.#text = ''
    const piece = this.#room(text.length)
    this.#used += piece.write(text, this.#used, 'latin1')
  }

  #room(octets: number): Buffer {
    if (this.#piece !== undefined && this.#piece.length - this.#used >= octets) return this.#piece
    this.#sendPiece()
    this.#piece = Buffer.allocUnsafeSlow(Math.max(octets, this.#nextPieceOctets))
    this.#nextPieceOctets = pieceOctets
    return this.#piece
  }

  #sendPiece(): void {
    if (this.#piece !== undefined && this.#used > 0) this.#write(this.#piece.subarray(0, this.#used))
    this.#piece = undefined
    this.#used = 0
  }

  #write(data: string | Uint8Array): void {
    this.#handedOn += data.length
    this.#peer.write(data)
  }
}
