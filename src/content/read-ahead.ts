/**
 * Remembers where the last reads ended. A read that begins near the end of an earlier one is taken as one of a row
 * (FETCH 1:* BODY[] of a mailbox that was filled in order) and answered from a larger piece of the file.
 */
interface Stream {
  readonly segment: number
  /** Where the last read ended. */
  next: number
  /** Offset of the piece in the segment. */
  base: number
  length: number
  /** How many reads in a row it has seen. */
  row: number
  piece: Promise<Buffer> | undefined
  ready: Buffer | undefined
}

export interface Reading {
  readonly segment: number
  readonly position: number
  readonly length: number
}

/** Streams that are followed, so at most this many pieces are held. */
const maxStreams = 8
/** The piece doubles from read to read, so that two neighbours that were no row cost little. */
const firstPieceBytes = 32 * 1024
const pieceBytes = 512 * 1024
/** A record's head, its header and a message that the reader left out may lie between two reads. */
export const gapBytes = 16 * 1024

export class ReadAhead {
  /** Most recently used last. */
  readonly #streams: Stream[] = []

  /** From a piece that is there. */
  now({ segment, position, length }: Reading): Buffer | undefined {
    for (const stream of this.#streams) {
      const { ready } = stream
      if (ready === undefined || stream.segment !== segment || position < stream.base || position + length > stream.base + ready.length) continue
      stream.next = position + length
      return ready.subarray(position - stream.base, position - stream.base + length)
    }
    return undefined
  }

  /** `limit`: octets past it may still change. `read` reads from the segment. */
  async get(reading: Reading, limit: number, read: (position: number, length: number) => Promise<Buffer>): Promise<Buffer> {
    const { segment, position, length } = reading
    const index = this.#streams.findIndex(
      (stream) => stream.segment === segment && position >= stream.base && position - stream.next <= gapBytes && position >= stream.next - gapBytes,
    )
    const stream = index === -1 ? undefined : this.#streams.splice(index, 1)[0]
    if (stream === undefined || length > pieceBytes) {
      if (this.#streams.length >= maxStreams) this.#streams.shift()
      this.#streams.push({ segment, next: position + length, base: position, length: 0, row: 1, piece: undefined, ready: undefined })
      return read(position, length)
    }
    this.#streams.push(stream)
    stream.next = Math.max(stream.next, position + length)
    if (stream.piece === undefined || position < stream.base || position + length > stream.base + stream.length) {
      stream.base = position
      stream.length = Math.max(length, Math.min(pieceBytes, firstPieceBytes * 2 ** stream.row, limit - position))
      stream.row++
      stream.ready = undefined
      const piece = read(position, stream.length)
      stream.piece = piece
      piece.then(
        (octets) => {
          if (stream.piece === piece) stream.ready = octets
        },
        () => {
          if (stream.piece === piece) stream.piece = undefined
        },
      )
    }
    const { base } = stream
    const octets = await stream.piece
    return octets.subarray(position - base, position - base + length)
  }

  forget(segment: number): void {
    for (let index = this.#streams.length - 1; index >= 0; index--) if (this.#streams[index]?.segment === segment) this.#streams.splice(index, 1)
  }
}
