import { OctetWriter } from '../base/octet-writer.ts'
import { decodedParameter } from './parameter-text.ts'
import type { Part, PartKind } from './part.ts'

/**
 * The part tree as it is kept with the index: where each part's header and body are, and what its text needs to be decoded. Without
 * offsets of the parts before, since each counts from its parent: about 12 octets a part.
 *
 *     message = version part
 *     part    = kind start header-length body-length type [parameters of a leaf: encoding charset] [count part…]
 *
 * All numbers are varints (7 bits an octet, least significant first). `start` counts from the parent's body start. Type, encoding and
 * charset are a number of a list below, or 0, the text's length and the text. The lists may only grow at their end.
 */
export interface StoredPart {
  readonly kind: PartKind
  /** Octets from the message's first one, without the prefix of our own fields. */
  readonly headerStart: number
  readonly bodyStart: number
  readonly bodyEnd: number
  /** "text/plain", in lower case. */
  readonly type: string
  /** Content-Transfer-Encoding in lower case; of a leaf, else ''. */
  readonly encoding: string
  /** The charset parameter in lower case, '' = none given; of a leaf, else ''. */
  readonly charset: string
  readonly children: readonly StoredPart[]
}

const version = 1
const kinds: readonly PartKind[] = ['leaf', 'multipart', 'message']
const types = [
  '',
  'text/plain',
  'text/html',
  'multipart/mixed',
  'multipart/alternative',
  'multipart/related',
  'message/rfc822',
  'application/octet-stream',
  'application/pdf',
  'image/png',
  'image/jpeg',
  'image/gif',
  'multipart/signed',
  'multipart/report',
  'message/delivery-status',
  'text/calendar',
  'application/pgp-signature',
  'application/pkcs7-signature',
  'text/rfc822-headers',
  'multipart/encrypted',
]
const encodings = ['', '7bit', '8bit', 'quoted-printable', 'base64', 'binary']
const charsets = [
  '',
  'none',
  'us-ascii',
  'utf-8',
  'iso-8859-1',
  'iso-8859-15',
  'windows-1252',
  'iso-8859-2',
  'windows-1251',
  'koi8-r',
  'gb2312',
  'big5',
  'iso-2022-jp',
  'shift_jis',
  'euc-kr',
]

/** Longer type, encoding and charset texts mean nothing to a decoder. */
const longestText = 127

export function encodeParts(top: Part): Uint8Array {
  const writer = new PartWriter()
  writer.number(version)
  writer.part(top, 0)
  return writer.octets()
}

/** undefined: not what `encodeParts` writes. */
export function decodeParts(parts: Uint8Array): StoredPart | undefined {
  const reader = new PartReader(parts)
  if (reader.number() !== version) return undefined
  const top = reader.part(0, 0)
  return reader.sound ? top : undefined
}

class PartWriter {
  readonly #out = new OctetWriter()

  part(part: Part, base: number): void {
    this.number(kinds.indexOf(part.kind))
    this.number(part.headerStart - base)
    this.number(part.bodyStart - part.headerStart)
    this.number(part.bodyEnd - part.bodyStart)
    this.text(`${part.fields.type}/${part.fields.subtype}`, types)
    if (part.kind === 'leaf') {
      this.text(part.fields.encoding, encodings)
      this.text((decodedParameter(part.fields.parameters, 'charset') ?? 'none').toLowerCase(), charsets)
      return
    }
    this.number(part.children.length)
    for (const child of part.children) this.part(child, part.bodyStart)
  }

  number(value: number): void {
    this.#out.number(value)
  }

  text(text: string, list: readonly string[]): void {
    const known = list.indexOf(text)
    if (known > 0) return this.number(known)
    const octets = Buffer.from(text).subarray(0, longestText)
    this.number(0)
    this.number(octets.length)
    this.#out.add(octets)
  }

  octets(): Uint8Array {
    return this.#out.octets()
  }
}

class PartReader {
  readonly #octets: Uint8Array
  #at = 0
  sound = true

  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  part(base: number, depth: number): StoredPart {
    const kind = kinds[this.number()] ?? this.#unsound('leaf')
    const headerStart = base + this.number()
    const bodyStart = headerStart + this.number()
    const bodyEnd = bodyStart + this.number()
    const type = this.text(types)
    if (kind === 'leaf') {
      const encoding = this.text(encodings)
      const charset = this.text(charsets)
      return { kind, headerStart, bodyStart, bodyEnd, type, encoding, charset: charset === 'none' ? '' : charset, children: [] }
    }
    const count = this.number()
    const children: StoredPart[] = []
    if (depth > 1000) this.#unsound(undefined)
    for (let index = 0; index < count && this.sound; index += 1) children.push(this.part(bodyStart, depth + 1))
    return { kind, headerStart, bodyStart, bodyEnd, type, encoding: '', charset: '', children }
  }

  number(): number {
    let value = 0
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      const octet = this.#octets[this.#at++] ?? this.#unsound(0)
      value += (octet & 127) * factor
      if (octet < 128) return value
    }
    return this.#unsound(0)
  }

  text(list: readonly string[]): string {
    const known = this.number()
    if (known > 0) return list[known] ?? this.#unsound('')
    const length = this.number()
    if (length > this.#octets.length - this.#at) return this.#unsound('')
    this.#at += length
    return Buffer.from(this.#octets.subarray(this.#at - length, this.#at)).toString()
  }

  #unsound<T>(value: T): T {
    this.sound = false
    return value
  }
}
