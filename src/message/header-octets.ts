import { emptyBuffer } from './octets.ts'

/**
 * The octets of the header section that is being read: a view of the window where all of it is there, a copy where it came in pieces.
 * Never more than `room` of them; the rest of a longer section is skipped.
 */
export class HeaderOctets {
  #kept = emptyBuffer
  #length = 0
  #room = 0
  /** Where in the window the octets begin that are not kept yet. */
  #from = 0

  begin(from: number, room: number): void {
    this.#length = 0
    this.#room = room
    this.#from = from
  }

  /** The window ends at `to`; the next one goes on from there. */
  keep(window: Buffer, to: number): void {
    const more = window.subarray(this.#from, Math.min(to, this.#from + this.#room - this.#length))
    this.#from = 0
    if (more.length === 0) return
    const needed = this.#length + more.length
    if (needed > this.#kept.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, Math.min(this.#room, this.#kept.length * 2, needed * 2)))
      this.#kept.copy(grown, 0, 0, this.#length)
      this.#kept = grown
    }
    more.copy(this.#kept, this.#length)
    this.#length = needed
  }

  /** The section ends at `to` of the window. Valid until the next `begin`. */
  end(window: Buffer, to: number): Buffer {
    if (this.#length === 0) return window.subarray(this.#from, Math.min(to, this.#from + this.#room))
    this.keep(window, to)
    return this.#kept.subarray(0, this.#length)
  }
}
