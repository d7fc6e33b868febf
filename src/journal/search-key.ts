/**
 * What the journal's indexes hold: 12 bits of the run, then 20 bits of a hash.
 *
 * A run is some thousand rows that were written one after another. With it in front, new rows go into a dozen pages of each
 * index, however large the journal is; without it, each row would write to a page of its own in each index, which costs
 * more than all the rest of it. A search asks run by run, newest first (search.ts).
 *
 * Runs share numbers after 4096 of them and hashes collide (one in 250 questions to a run), so a search also compares values.
 */

const hashBits = 20
const runBits = 12

/** Entries of one run. */
export const runLength = 4096

/** 32 bits, signed, which SQLite stores in four octets. */
export function searchKey(run: number, hash: number): number {
  return ((run % 2 ** runBits) << hashBits) | hash
}

/** FNV-1a over the text; ASCII case is not told apart, as in addresses (mail/address.ts). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    hash = Math.imul(hash ^ (unit >= 65 && unit <= 90 ? unit + 32 : unit), 0x01000193)
  }
  return fold(hash)
}

/** For ids, which are many small numbers in a row. */
export function hashNumber(value: number): number {
  return fold(Math.imul(value, 0x9e3779b1))
}

function fold(hash: number): number {
  return (hash >>> runBits) ^ (hash & (2 ** hashBits - 1))
}
