const LF = 10
const CR = 13
const DOT = 46
const dot = Buffer.from('.')

/** The end of the text (RFC 5321 4.1.1.4); the second one where the text does not end with CRLF itself. */
const end = Buffer.from('.\r\n')
const endAfterHalfALine = Buffer.from('\r\n.\r\n')

/** Message octets as DATA wants them (RFC 5321 4.5.2): lines that begin with a dot get another one, in the end comes the dot alone. Pure. */
export class DataEncoder {
  #last = LF
  #beforeLast = CR

  encode(piece: Buffer): Buffer {
    if (piece.length === 0) return piece
    const pieces: Buffer[] = []
    let from = 0
    if (piece[0] === DOT && this.#last === LF) pieces.push(dot)
    for (let at = piece.indexOf('\n.'); at >= 0; at = piece.indexOf('\n.', at + 1)) {
      pieces.push(piece.subarray(from, at + 1), dot)
      from = at + 1
    }
    this.#beforeLast = piece.at(-2) ?? this.#last
    this.#last = piece.at(-1) ?? this.#last
    return pieces.length === 0 ? piece : Buffer.concat([...pieces, piece.subarray(from)])
  }

  end(): Buffer {
    return this.#last === LF && this.#beforeLast === CR ? end : endAfterHalfALine
  }
}
