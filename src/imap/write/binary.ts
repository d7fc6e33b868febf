import { bodyDecoder, type BodyDecoder } from '../../message/body-decoder.ts'
import { findEncoded } from '../../message/section.ts'
import type { Message } from '../../store/mailbox.ts'
import type { Store } from '../../store/store.ts'
import type { BinaryItem, BinarySizeItem } from '../parse/fetch.ts'
import { noMore, readOctets, type FoundSection, type SectionAnswer } from './sections.ts'

/** Decoded octets that are kept while the others are counted: an answer up to this is decoded once, a longer one twice. */
const keptOctets = 256 * 1024

/** Where a decoder is in a part. */
interface Place {
  /** In the octets of the message. */
  readonly at: number
  /** So many decoded octets came before. */
  readonly decoded: number
  readonly decoder: BodyDecoder
}

/** Nobody knows how the part is encoded (UNKNOWN-CTE). */
export function isUndecodable(message: Message, { path }: BinaryItem | BinarySizeItem): boolean {
  const found = findEncoded(message.parts, path, message.body)
  return found !== undefined && bodyDecoder(found.encoding) === undefined
}

/**
 * BINARY[…] and BINARY.SIZE[…] (RFC 3516): reads and decodes piece by piece; the length has to be known before the octets are sent, so what
 * is long is decoded again as the client takes it.
 */
export async function prepareBinary(store: Store, message: Message, item: BinaryItem | BinarySizeItem, bookmarks: Bookmarks): Promise<SectionAnswer> {
  const { label, path } = item
  const found = findEncoded(message.parts, path, message.body)
  const decoder = found && bodyDecoder(found.encoding)
  if (found === undefined || decoder === undefined) return { label, found: item.kind === 'binary-size' ? 0 : undefined }
  const partial = item.kind === 'binary' ? item.partial : undefined
  const window = { from: partial?.first ?? 0, to: partial === undefined ? Infinity : partial.first + partial.length }
  const { location, prefixStart, octetsStart } = message.body
  const key = `${location.segment}:${location.offset}:${prefixStart}:${octetsStart} ${path.join('.')}`
  const reader = new DecodedReader(store, message, found.range.end, window)
  const begin = bookmarks.before(key, window.from) ?? { at: found.range.start, decoded: 0, decoder }
  const { octets, kept, first, last } = await reader.count(begin)
  if (item.kind === 'binary-size') return { label, found: octets }
  if (partial !== undefined) bookmarks.set(key, last)
  const answer: FoundSection =
    kept === undefined ? { octets, first: nothing, rest: () => reader.pieces(first), binary: true } : { octets, first: kept, rest: noMore, binary: true }
  return { label, found: answer }
}

const nothing = new Uint8Array(0)

/**
 * Where the last partial answer of a session ended. Clients that fetch an attachment bit by bit would otherwise have it decoded from its
 * beginning for each bit.
 */
export class Bookmarks {
  #bookmark: { readonly key: string; readonly place: Place } | undefined

  /** Undefined: from the beginning. */
  before(key: string, decoded: number): Place | undefined {
    const place = this.#bookmark?.key === key ? this.#bookmark.place : undefined
    return place === undefined || place.decoded > decoded ? undefined : { ...place, decoder: place.decoder.copy() }
  }

  set(key: string, place: Place): void {
    this.#bookmark = { key, place }
  }
}

/** The decoded octets of a part that lie in a window. */
class DecodedReader {
  readonly #store: Store
  readonly #message: Message
  readonly #end: number
  readonly #window: { readonly from: number; readonly to: number }

  constructor(store: Store, message: Message, end: number, window: { readonly from: number; readonly to: number }) {
    this.#store = store
    this.#message = message
    this.#end = end
    this.#window = window
  }

  /** How many they are; the octets themselves where they are few; the places at which the window begins and ends, or a little before. */
  async count(begin: Place): Promise<{ readonly octets: number; readonly kept: Uint8Array | undefined; readonly first: Place; readonly last: Place }> {
    let octets = 0
    let kept: Uint8Array[] | undefined = []
    let first: Place | undefined
    let last = begin
    for await (const { piece, before } of this.#walk(begin)) {
      last = before
      if (piece.length === 0) continue
      first ??= before
      octets += piece.length
      if (octets > keptOctets) kept = undefined
      kept?.push(piece)
    }
    return { octets, kept: kept && Buffer.concat(kept), first: first ?? begin, last }
  }

  async *pieces(begin: Place): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const { piece } of this.#walk({ ...begin, decoder: begin.decoder.copy() })) if (piece.length > 0) yield piece
  }

  /** What lies in the window of each piece that is read, and where the decoder was before it. */
  async *#walk({ at: start, decoded: before, decoder }: Place): AsyncGenerator<{ readonly piece: Uint8Array; readonly before: Place }, void, undefined> {
    const { from, to } = this.#window
    let decoded = before
    for (let at = start; decoded < to; at += readOctets) {
      const place = { at, decoded, decoder: decoder.copy() }
      const end = Math.min(this.#end, at + readOctets)
      const octets = at < end ? decoder.push(await this.#store.read(this.#message.body, at, end)) : nothing
      const rest = end === this.#end ? decoder.finish() : nothing
      const all = rest.length === 0 ? octets : Buffer.concat([octets, rest])
      yield { piece: all.subarray(Math.max(0, from - decoded), Math.max(0, Math.min(all.length, to - decoded))), before: place }
      decoded += all.length
      if (end === this.#end) return
    }
  }
}
