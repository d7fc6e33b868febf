/** Octets that grow: whole numbers as varints (7 bits an octet, least significant first), and octets as they are. */
export class OctetWriter {
  #buffer: Buffer
  #length = 0

  constructor(expectedBytes = 256) {
    this.#buffer = Buffer.allocUnsafe(expectedBytes)
  }

  get length(): number {
    return this.#length
  }

  number(value: number): void {
    this.#reserve(8)
    let rest = value
    while (rest >= 128) {
      this.#buffer[this.#length++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    this.#buffer[this.#length++] = rest
  }

  add(octets: Uint8Array): void {
    this.#reserve(octets.length)
    this.#buffer.set(octets, this.#length)
    this.#length += octets.length
  }

  octets(): Uint8Array {
    return new Uint8Array(this.#buffer.subarray(0, this.#length))
  }

  clear(): void {
    this.#length = 0
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe((this.#length + more) * 2)
    grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
  }
}
