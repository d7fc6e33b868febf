import type { Writable } from 'node:stream'

/** What one tick has written and the socket does not have yet, in order; text is joined while no octets come between. */
export class Unsent {
  #text = ''
  #pieces: (string | Uint8Array)[] | undefined
  /** Octets (UTF-16 units for text). */
  length = 0

  /** Octets must not be changed afterwards. */
  add(data: string | Uint8Array): void {
    this.length += data.length
    if (typeof data === 'string') {
      this.#text += data
      return
    }
    this.#pieces ??= []
    if (this.#text !== '') this.#pieces.push(this.#text)
    this.#text = ''
    this.#pieces.push(data)
  }

  /** Hands it over, as one; nothing is left here, also where the socket takes nothing any more. */
  sendTo(socket: Writable): void {
    const pieces = this.#pieces
    const text = this.#text
    this.#pieces = undefined
    this.#text = ''
    this.length = 0
    if (socket.destroyed || socket.writableEnded) return
    if (pieces === undefined) {
      if (text !== '') socket.write(text)
      return
    }
    if (text !== '') pieces.push(text)
    socket.cork()
    for (const piece of pieces) socket.write(piece)
    socket.uncork()
  }
}
