/**
 * What makes a text unfit to be kept and handed on (RFC 5321 2.3.8, 4.1.1.4; SMTP smuggling). `nul`: RFC 5321 2.3.8 leaves it to us;
 * no mail that people write has one, and C programs down the road cut there.
 */
export type TextFault = 'bare-cr' | 'bare-lf' | 'nul' | 'line-too-long'

const NUL = 0
const LF = 10
const CR = 13
const DOT = 46

/** For fewer octets than this, four at a time do not pay. */
const shortPiece = 64

/** Where the last octet left us. `start`: at the start of a line. `dot`, `dot-cr`: a line began with a dot (and CR). */
type Place = 'start' | 'text' | 'cr' | 'dot' | 'dot-cr'

/** Fewer octets than this are moved one by one: a call of copyWithin costs more. */
const shortMove = 48

/**
 * Reads the text of a message, piece by piece as it comes: undoes dot-stuffing, finds the end, which is CR LF . CR LF and nothing
 * else (RFC 5321 4.1.1.4), and the end of the header section; checks line ends. Pure. After a fault it goes on looking
 * for the end. One pass, and in place: stuffed dots are closed up within the piece, which is ours alone.
 */
export class TextScanner {
  /** DATA: dots are stuffed and the text ends by itself. BDAT: neither (RFC 3030 2). */
  readonly #stuffed: boolean
  readonly #maxLineOctets: number
  #place: Place = 'start'
  #lineOctets = 0

  /** The end was found. */
  ended = false
  /** The first fault. */
  fault: TextFault | undefined
  /** Octets of text so far. */
  sizeBytes = 0
  /** Octets of the header section with its last CRLF; -1: its end has not come yet. */
  headerOctets = -1
  /** Octets of the last piece that belong to the text or its end; what follows is the next command. */
  consumed = 0

  constructor(options: { readonly stuffed: boolean; readonly maxLineOctets: number }) {
    this.#stuffed = options.stuffed
    this.#maxLineOctets = options.maxLineOctets
  }

  /** The text in `piece`, a view of it. */
  scan(piece: Buffer): Buffer {
    let place = this.#place
    let lineOctets = this.#lineOctets
    const length = piece.length
    // Text not yet moved begins at `from`, and belongs at `to`; they are the same until the first stuffed dot.
    let from = 0
    let to = 0
    let i = 0
    const aligned = -piece.byteOffset & 3
    const words = length < shortPiece ? undefined : new Int32Array(piece.buffer, piece.byteOffset + aligned, (length - aligned) >> 2)
    scanning: while (i < length) {
      switch (place) {
        case 'text': {
          const begin = i
          i = plainEnd(piece, words, i, aligned)
          lineOctets += i - begin
          if (i === length) break scanning
          const octet = piece[i]
          // A line end like most, and no dot behind it: the way round by 'cr' and 'start' comes to the same.
          if (octet === CR && piece[i + 1] === LF && i + 2 < length && piece[i + 2] !== DOT) {
            if (lineOctets === 0 && this.headerOctets < 0) this.headerOctets = this.sizeBytes + to + (i - from)
            if (lineOctets + 2 > this.#maxLineOctets) this.fault ??= 'line-too-long'
            lineOctets = 0
            i += 2
            break
          }
          i++
          lineOctets++
          if (octet === CR) place = 'cr'
          else if (octet === LF) {
            this.fault ??= 'bare-lf'
            lineOctets = 0
          } else if (octet === NUL) this.fault ??= 'nul'
          break
        }
        case 'cr':
          if (piece[i] === LF) {
            i++
            if (lineOctets === 1 && this.headerOctets < 0) this.headerOctets = this.sizeBytes + to + (i - from) - 2
            if (lineOctets + 1 > this.#maxLineOctets) this.fault ??= 'line-too-long'
            lineOctets = 0
            place = 'start'
          } else {
            this.fault ??= 'bare-cr'
            place = 'text'
          }
          break
        case 'start':
          place = 'text'
          if (this.#stuffed && piece[i] === DOT) {
            to = close(piece, from, i, to)
            i++
            from = i
            place = 'dot'
          }
          break
        case 'dot':
          // The dot is gone in any case: it was stuffed, or it is the end.
          if (piece[i] === CR) {
            i++
            place = 'dot-cr'
          } else place = 'text'
          break
        case 'dot-cr':
          if (piece[i] === LF) {
            this.ended = true
            // The CR, when it is in this piece, was not moved yet: it and the LF are no text.
            from = ++i
            break scanning
          }
          this.fault ??= 'bare-cr'
          place = 'text'
          break
      }
    }
    // A CR after a dot at the piece's end waits: it is part of the end, or of a fault, and text of neither.
    const textEnd = place === 'dot-cr' && !this.ended ? Math.max(from, i - 1) : i
    to = close(piece, from, textEnd, to)
    this.#place = place
    this.#lineOctets = lineOctets
    this.consumed = i
    this.sizeBytes += to
    return to === length ? piece : piece.subarray(0, to)
  }

  /** No more will come (BDAT LAST): a CR at the very end has no LF; a last line without CRLF counts as if it had one. */
  finish(): void {
    this.ended = true
    if (this.#place === 'cr') this.fault ??= 'bare-cr'
    if (this.#lineOctets + 2 > this.#maxLineOctets) this.fault ??= 'line-too-long'
  }
}

/**
 * The place of the first octet below 14 (CR, LF and NUL among them) from `i` on; the length if there is none. Most of a mail passes
 * here, so it goes four octets at a time; `aligned` is the place of the first word.
 */
function plainEnd(piece: Buffer, words: Int32Array | undefined, i: number, aligned: number): number {
  const { length } = piece
  if (words !== undefined) {
    const count = words.length
    for (; ((i - aligned) & 3) !== 0; i++) if (i === length || (piece[i] ?? 0) <= CR) return i
    let word = (i - aligned) >> 2
    while (word < count) {
      const four = words[word] ?? 0
      // The high bit of each octet that is less than 14, and below 128 to begin with. A borrow can only add bits behind a true one.
      if ((((four - 0x0e0e0e0e) | 0) & ~four & -0x7f7f7f80) !== 0) break
      word++
    }
    i = aligned + (word << 2)
  }
  while (i < length && (piece[i] ?? 0) > CR) i++
  return i
}

/** Moves [from, end) down to `to`; returns where it then ends. */
function close(piece: Buffer, from: number, end: number, to: number): number {
  if (from === to) return end
  if (end - from < shortMove) {
    for (let i = from; i < end; i++) piece[to++] = piece[i] ?? 0
    return to
  }
  piece.copyWithin(to, from, end)
  return to + end - from
}
