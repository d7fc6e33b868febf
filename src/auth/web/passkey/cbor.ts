/** What authenticators write (RFC 8949 in the canonical form of CTAP2, section 8): lengths that are said, few kinds of values. */
export type Cbor = number | boolean | null | string | Uint8Array | readonly Cbor[] | ReadonlyMap<number | string, Cbor>

/** CTAP2 itself goes to four. */
const maxDepth = 8
const maxItems = 256

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads one value from the beginning. `rest`: what stands behind it. Undefined: it is none, or one that no authenticator writes. */
export function readCbor(octets: Uint8Array): { readonly value: Cbor; readonly rest: Uint8Array } | undefined {
  const reader = new Reader(octets)
  try {
    const value = reader.read(0)
    return { value, rest: octets.subarray(reader.at) }
  } catch (err) {
    if (err instanceof NotCbor) return undefined
    throw err
  }
}

class NotCbor extends Error {
  override readonly name = 'NotCbor'
}

class Reader {
  readonly #octets: Uint8Array
  readonly #view: DataView
  at = 0

  constructor(octets: Uint8Array) {
    this.#octets = octets
    this.#view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  }

  read(depth: number): Cbor {
    if (depth > maxDepth) throw new NotCbor('too deep')
    const head = this.#octets[this.at]
    if (head === undefined) throw new NotCbor('cut off')
    this.at += 1
    const major = head >> 5
    if (major === 7) return simple(head & 31)
    const argument = this.#argument(head & 31)
    switch (major) {
      case 0:
        return argument
      case 1:
        return -1 - argument
      case 2:
        return this.#take(argument)
      case 3:
        return text(this.#take(argument))
      case 4:
        return Array.from({ length: items(argument) }, () => this.read(depth + 1))
      case 5:
        return this.#map(items(argument), depth)
      default:
        throw new NotCbor('a kind that is not expected')
    }
  }

  #map(length: number, depth: number): ReadonlyMap<number | string, Cbor> {
    const map = new Map<number | string, Cbor>()
    for (let index = 0; index < length; index += 1) {
      const key = this.read(depth + 1)
      if ((typeof key !== 'number' && typeof key !== 'string') || map.has(key)) throw new NotCbor('a key that is not expected')
      map.set(key, this.read(depth + 1))
    }
    return map
  }

  #argument(info: number): number {
    if (info < 24) return info
    const size = [1, 2, 4][info - 24]
    if (size === undefined || this.at + size > this.#octets.length) throw new NotCbor('a length that is not expected')
    const at = this.at
    this.at += size
    return size === 1 ? this.#view.getUint8(at) : size === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at)
  }

  #take(length: number): Uint8Array {
    if (this.at + length > this.#octets.length) throw new NotCbor('cut off')
    this.at += length
    return this.#octets.subarray(this.at - length, this.at)
  }
}

function items(length: number): number {
  if (length > maxItems) throw new NotCbor('too many items')
  return length
}

function simple(info: number): Cbor {
  if (info === 20 || info === 21) return info === 21
  if (info === 22) return null
  throw new NotCbor('a kind that is not expected')
}

function text(octets: Uint8Array): string {
  try {
    return utf8.decode(octets)
  } catch {
    throw new NotCbor('no UTF-8')
  }
}
