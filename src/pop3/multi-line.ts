const LF = 10
const dot = Buffer.from('.')
const lineFeedDot = Buffer.from('\n.')

/** Octets of a message on their way into a multi-line answer (RFC 1939 3): dots are doubled, the end is marked. Pure. */
export class DotStuffer {
  /** The next octet begins a line. */
  #atLineStart = true
  #lastWasCr = false
  #any = false

  /** The octets as pieces, views of `octets` as long as nothing must be put in between. */
  push(octets: Uint8Array): Uint8Array[] {
    if (octets.length === 0) return []
    const pieces: Uint8Array[] = []
    const buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.length)
    if (this.#atLineStart && buffer[0] === 0x2e) pieces.push(dot)
    let from = 0
    for (let at = buffer.indexOf(lineFeedDot); at !== -1; at = buffer.indexOf(lineFeedDot, at + 1)) {
      pieces.push(buffer.subarray(from, at + 1), dot)
      from = at + 1
    }
    pieces.push(from === 0 ? buffer : buffer.subarray(from))
    const last = buffer[buffer.length - 1]
    const before = buffer.length > 1 ? buffer[buffer.length - 2] === 0x0d : this.#lastWasCr
    this.#any = true
    this.#atLineStart = last === LF
    this.#lastWasCr = last === 0x0d
    this.#endsWithCrlf = last === LF && before
    return pieces
  }

  #endsWithCrlf = false

  /** What ends the answer: on a line of its own, whatever the message ends with. */
  end(): string {
    return !this.#any || this.#endsWithCrlf ? '.\r\n' : '\r\n.\r\n'
  }
}

/** Finds where TOP ends (RFC 1939 7): after the header, the empty line and so many lines of the body. Pure. */
export class TopCutter {
  #linesLeft: number
  #inHeader = true
  /** Octets of the current line so far, counted up to 2; a line of CR LF alone is empty. */
  #lineOctets = 0
  #onlyCr = true

  constructor(lines: number) {
    this.#linesLeft = lines
  }

  get done(): boolean {
    return !this.#inHeader && this.#linesLeft === 0
  }

  /** How many of these octets belong to the answer. */
  push(octets: Uint8Array): number {
    let at = 0
    while (!this.done && at < octets.length) {
      const lf = octets.indexOf(LF, at)
      const end = lf === -1 ? octets.length : lf
      if (this.#inHeader && end > at) {
        if (end - at > 1 || octets[at] !== 0x0d) this.#onlyCr = false
        this.#lineOctets += end - at
      }
      if (lf === -1) return octets.length
      at = lf + 1
      if (!this.#inHeader) this.#linesLeft--
      else if (this.#onlyCr && this.#lineOctets <= 1) this.#inHeader = false
      this.#lineOctets = 0
      this.#onlyCr = true
    }
    return at
  }
}
