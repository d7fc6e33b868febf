import { fold, isAsciiText } from '../../message/fold.ts'

/** What a UTF-16 unit counts as: 0 stays as it is, `passedOver` is left out, else the unit that stands for it. */
const units = new Uint16Array(65_536)
const passedOver = 1

/** Not shown: soft hyphen, joiners, zero-width spaces, marks of direction, variation selectors; and marks that stand on a letter. */
const unseen = /\p{Default_Ignorable_Code_Point}|\p{M}/u

/** Letters of other scripts that are drawn as Latin ones (Unicode UTS 39, those that senders use). */
const lookAlikes = new Map(
  [
    // Cyrillic
    'а a, б b, в b, с c, ԁ d, е e, ё e, ғ f, һ h, і i, ї i, ј j, к k, ӏ l, м m, н h, о o, р p, ԛ q, г r, ѕ s, т t, у y, ү y, ѵ v, ԝ w, х x, ь b',
    // Greek
    'α a, β b, ϲ c, ε e, η n, ι i, κ k, μ u, ν v, ο o, ρ p, τ t, υ u, χ x, ω w, ζ z',
    // Latin letters with a form of their own
    'ɑ a, ɡ g, ı i, ł l, ø o, đ d, ħ h, ŧ t, ɩ i, ſ s, ɢ g, ʀ r, ɴ n, ʟ l, ᴀ a, ᴄ c, ᴅ d, ᴇ e, ᴊ j, ᴋ k, ᴍ m, ᴏ o, ᴘ p, ᴛ t, ᴜ u, ᴠ v, ᴡ w, ᴢ z, ꜱ s, ʙ b, ʜ h',
  ].flatMap((list) => list.split(', ').map((pair) => [pair.charAt(0), pair.charAt(2)] as const)),
)

for (let unit = 0x80; unit < 0xd800; unit += 1) units[unit] = unitOf(unit)
for (let unit = 0xe000; unit < 0x1_00_00; unit += 1) units[unit] = unitOf(unit)

function unitOf(unit: number): number {
  const character = String.fromCharCode(unit)
  if (unseen.test(character)) return passedOver
  if (/\p{Z}/u.test(character)) return 0x20
  if (!/[\p{L}\p{N}]/u.test(character)) return 0
  // Full-width and circled letters, ligatures and letters with marks become plain ones.
  const plain = character.normalize('NFKD').toLowerCase().charAt(0)
  return (lookAlikes.get(character) ?? lookAlikes.get(plain) ?? plain).charCodeAt(0)
}

const umlauts: ReadonlySet<number> = new Set([...'äöü'].map((letter) => letter.charCodeAt(0)))
/** Letters past U+FFFF that are no more than a style: mathematical bold, italic, script. */
const styled = /[\u{1d400}-\u{1d7ff}\u{1f130}-\u{1f189}]/gu

/**
 * A text as words are compared: without case, without what nobody sees, and with letters that look like Latin ones taken for those, so that
 * `Р\u200bayPаl` (Cyrillic er and a, a zero-width space) is `paypal`. Umlauts are written out (`ä` is `ae`), since senders do both.
 */
export function comparable(text: string): string {
  if (isAsciiText(text)) return text.toLowerCase()
  const folded = fold(text.replace(styled, (letter) => letter.normalize('NFKC').replace(/[[\]()]/g, '')))
  let result = ''
  let from = 0
  for (let index = 0; index < folded.length; index += 1) {
    const code = folded.charCodeAt(index)
    if (code < 0x80) continue
    const unit = units[code] ?? 0
    if (unit === 0 || unit === code) continue
    result += folded.slice(from, index)
    if (unit !== passedOver) result += String.fromCharCode(unit)
    if (umlauts.has(code)) result += 'e'
    from = index + 1
  }
  return result + folded.slice(from)
}

/** Letters of more than this are no word that anybody wrote. */
const longestWord = 25
const hashStart = 0x81_1c_9d_c5 | 0
const hashFactor = 16_777_619

type Alphabet = Uint8Array

/** Of a comparable text: letters, digits and `$`, and all past ASCII that is neither punctuation nor space. */
const wordUnits: Alphabet = alphabet(/[a-z0-9$]/)
/** Of a technical text, an octet string: capitals count. */
const tokenUnits: Alphabet = alphabet(/[A-Za-z0-9$!']/)

function alphabet(ascii: RegExp): Alphabet {
  const units = new Uint8Array(65_536).fill(1, 0xd800, 0xe000)
  for (let unit = 0; unit < 0x1_00_00; unit += 1) {
    const character = String.fromCharCode(unit)
    if (unit < 0x80 ? ascii.test(character) : !/[\p{P}\p{Z}\p{C}]/u.test(character)) units[unit] = 1
  }
  return units
}

/** Hashes of the words of a comparable text in their order, at most `limit`. */
export function wordHashes(text: string, limit: number): Int32Array {
  return hashRuns(text, wordUnits, limit)
}

/** The same of what programs write. */
export function tokenHashes(octets: string, limit: number): Int32Array {
  return hashRuns(octets, tokenUnits, limit)
}

/** A word too long to be one is known by its length alone. */
function hashRuns(text: string, alphabet: Alphabet, limit: number): Int32Array {
  const hashes = new Int32Array(Math.min(limit, (text.length >> 1) + 1))
  const most = hashes.length
  let count = 0
  let hash = hashStart
  let length = 0
  for (let index = 0; index <= text.length && count < most; index += 1) {
    const code = index < text.length ? text.charCodeAt(index) : 0
    if (alphabet[code] === 1) {
      hash = Math.imul(hash ^ code, hashFactor)
      length += 1
    } else if (length > 0) {
      hashes[count++] = length > longestWord ? hashStart + (length >> 2) : hash
      hash = hashStart
      length = 0
    }
  }
  return hashes.subarray(0, count)
}

/** The hash of a name, a type, an extension. */
export function textHash(text: string, seed: number): number {
  let hash = seed ^ hashStart
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), hashFactor)
  return hash
}
