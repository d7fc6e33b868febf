/**
 * What is wrong with a line. The octets of a faulty line are gone when it is reported, so that the caller can answer and go on.
 * - `too-long`: it passed the limit; the rest of it was skipped, never stored.
 * - `bare-cr`: CR without LF in it.
 * - `bare-lf`: LF without CR. Reported at that LF, so that who ends lines with LF alone is told instead of left waiting; but what
 *   follows, up to the next CRLF, still belongs to this line, and is never taken for a command (SMTP smuggling).
 * - `endless`: `maxSkippedOctets` were skipped and the line goes on: close the connection.
 */
export type LineFault = 'too-long' | 'bare-cr' | 'bare-lf' | 'endless'

/** Octets of one over-long line that are read and thrown away to find its end. */
const maxSkippedOctets = 1024 * 1024

/** A chunk shorter than this is copied behind the one before, … */
const shortChunk = 1024
/** … into memory of this size. */
const roomOctets = 8 * 1024
const noOctets = Buffer.alloc(0)

const CR = 13
const LF = 10

/**
 * Cuts received octets into lines that end with CRLF and nothing else (RFC 5321 2.3.8, RFC 9051 2.2, RFC 1939 3), or hands
 * them out as they are, for literals and DATA. Pure: no socket, no clock. Holds what it was given until it is taken; the
 * caller stops giving (`buffered`). Lines are views of the given chunks, not copies, unless a line came in pieces.
 */
export class LineReader {
  readonly #chunks: Buffer[] = []
  /** Where the first octet not yet taken is in the first chunk. */
  #start = 0
  #buffered = 0
  /** Memory that the last chunk is the beginning of; short chunks that follow are put behind it. What is handed out is never written again. */
  #room: Buffer | undefined
  /** Octets of the current line that were searched already, and the CRs among them. */
  #scanned = 0
  #crs = 0
  /** Octets thrown away of an over-long line; -1: not in one. */
  #skipped = -1
  #lastSkippedWasCr = false
  /** A bare LF was reported, and no CRLF has come since. */
  #afterBareLf = false

  /** Octets held. */
  get buffered(): number {
    return this.#buffered
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return
    this.#buffered += chunk.length
    if (this.#chunks.length === 0 || chunk.length >= shortChunk) {
      this.#chunks.push(chunk)
      this.#room = undefined
    } else this.#gather(chunk)
  }

  /** Octets that come one by one (each in a TLS record of its own) would cost hundreds each as chunks of their own. */
  #gather(chunk: Buffer): void {
    const last = this.#chunks.length - 1
    const tail = this.#chunks[last] ?? noOctets
    const end = this.#room === undefined ? 0 : tail.byteOffset - this.#room.byteOffset + tail.length
    if (this.#room !== undefined && this.#room.length - end >= chunk.length) {
      chunk.copy(this.#room, end)
      this.#chunks[last] = this.#room.subarray(end - tail.length, end + chunk.length)
      return
    }
    this.#room = Buffer.allocUnsafeSlow(roomOctets)
    chunk.copy(this.#room)
    this.#chunks.push(this.#room.subarray(0, chunk.length))
  }

  /** Forgets everything, the middle of a line included: what came before a TLS handshake must not survive it. */
  clear(): void {
    this.#chunks.length = 0
    this.#room = undefined
    this.#start = 0
    this.#buffered = 0
    this.#startLine()
    this.#skipped = -1
    this.#afterBareLf = false
  }

  /**
   * The next line without its CRLF, or what is wrong with it; undefined: more octets are needed.
   * @param limitOctets counts the CRLF, as RFC 5321 4.5.3.1 does
   */
  line(limitOctets: number): Buffer | LineFault | undefined {
    if (this.#skipped >= 0) return this.#skip()
    for (;;) {
      const head = this.#chunks[0]
      if (head === undefined) return undefined
      const start = this.#start
      const end = Math.min(head.length, start + limitOctets)
      for (let i = start + this.#scanned; i < end; i++) {
        const octet = head[i]
        if (octet === CR) this.#crs++
        else if (octet === LF) return this.#finish(head, start, i)
      }
      if (end - start >= limitOctets) {
        this.#skipped = 0
        this.#lastSkippedWasCr = head[end - 1] === CR
        this.take(end - start)
        return this.#skip()
      }
      this.#scanned = end - start
      const next = this.#chunks[1]
      if (next === undefined) return undefined
      this.#joinFirst(start === 0 ? head : head.subarray(start), next)
    }
  }

  /** A line in pieces is joined, with room for as much again: then what follows octet by octet is not joined for each of them. */
  #joinFirst(head: Buffer, next: Buffer): void {
    const length = head.length + next.length
    const room = Buffer.allocUnsafeSlow(2 * length)
    head.copy(room)
    next.copy(room, head.length)
    this.#chunks.splice(0, 2, room.subarray(0, length))
    if (this.#chunks.length === 1) this.#room = room
    this.#start = 0
  }

  /** The octets at hand, not taken; undefined: none. Not more than one chunk as it was received. */
  peek(): Buffer | undefined {
    const head = this.#chunks[0]
    return head === undefined || this.#start === 0 ? head : head.subarray(this.#start)
  }

  /** Makes one chunk of all that is held. */
  join(): void {
    if (this.#chunks.length < 2) return
    const joined = Buffer.concat(this.#chunks).subarray(this.#start)
    this.#chunks.length = 0
    this.#chunks.push(joined)
    this.#room = undefined
    this.#start = 0
  }

  /** Drops the first `octets` of what `peek` showed. */
  take(octets: number): void {
    const head = this.#chunks[0]
    if (head === undefined || octets > head.length - this.#start) throw new RangeError('taking more than was shown')
    this.#start += octets
    this.#buffered -= octets
    if (this.#start === head.length) {
      this.#chunks.shift()
      if (this.#chunks.length === 0) this.#room = undefined
      this.#start = 0
    }
    this.#startLine()
  }

  #startLine(): void {
    this.#scanned = 0
    this.#crs = 0
  }

  /** `lf` is the place of the first LF of the line. */
  #finish(head: Buffer, start: number, lf: number): Buffer | LineFault {
    const crs = this.#crs
    const endsWithCr = lf > start && head[lf - 1] === CR
    this.take(lf + 1 - start)
    if (!endsWithCr) {
      this.#afterBareLf = true
      return 'bare-lf'
    }
    if (this.#afterBareLf) {
      this.#afterBareLf = false
      return 'bare-lf'
    }
    return crs > 1 ? 'bare-cr' : head.subarray(start, lf - 1)
  }

  /** Throws away up to the end of an over-long line. */
  #skip(): LineFault | undefined {
    for (;;) {
      const chunk = this.peek()
      if (chunk === undefined) return undefined
      const lf = chunk.indexOf(LF)
      if (lf >= 0) {
        const endsWithCr = lf === 0 ? this.#lastSkippedWasCr : chunk[lf - 1] === CR
        this.take(lf + 1)
        this.#skipped = -1
        this.#afterBareLf = !endsWithCr
        return endsWithCr ? 'too-long' : 'bare-lf'
      }
      this.#lastSkippedWasCr = chunk[chunk.length - 1] === CR
      this.#skipped += chunk.length
      this.take(chunk.length)
      if (this.#skipped > maxSkippedOctets) return 'endless'
    }
  }
}
