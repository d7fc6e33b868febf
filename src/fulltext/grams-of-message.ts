import type { StoredPart } from '../message/parts.ts'
import { GramSet } from './grams.ts'
import { type Extent, pieceText, searchedPieces, type TextField } from './pieces.ts'
import { encodeAscending } from './varints.ts'

/** A message with more octets of text than this, as they are stored, is not looked into: it may hold anything. */
const mostTextOctets = 16 * 1_048_576

/** Grams of a message, ascending, as `encodeAscending` writes them. */
export type MessageGrams = Readonly<Record<TextField, Uint8Array>>

/** Filled and taken in one go, so that they are never two messages'. */
const sets = { header: new GramSet(), body: new GramSet() }

/** `read` as Store.read. A message that cannot be read may hold anything: the search, which reads it, will tell. */
export async function gramsOfMessage(
  top: StoredPart | undefined,
  extent: Extent,
  read: (start: number, end: number) => Promise<Uint8Array>,
): Promise<MessageGrams> {
  const pieces = top === undefined ? [] : [...searchedPieces(top, extent)]
  const octets = pieces.reduce((sum, { start, end }) => sum + end - start, 0)
  const texts: [TextField, string][] = []
  let isWhole = octets <= mostTextOctets
  try {
    if (isWhole) for (const piece of pieces) texts.push([piece.field, pieceText(piece, await read(piece.start, piece.end))])
  } catch {
    isWhole = false
  }
  if (!isWhole) return anyGrams()
  for (const [field, text] of texts) sets[field].add(text)
  return { header: encodeAscending(sets.header.take()), body: encodeAscending(sets.body.take()) }
}

/** Of what cannot be looked into. */
export function anyGrams(): MessageGrams {
  for (const set of Object.values(sets)) set.addAll()
  return { header: encodeAscending(sets.header.take()), body: encodeAscending(sets.body.take()) }
}
