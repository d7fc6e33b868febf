/**
 * A text is known by its *grams*: each three characters that follow each other, and each two of writings without spaces, whose words
 * are often no longer. A gram is kept as a number of 16 bits: two may share one, so the index says where a text cannot stand, and the message itself
 * whether it does. Characters are UTF-16 code units of a folded text.
 */

/** A gram's number is below this. */
export const gramNumbers = 65_536

/** More say little that these do not, and each is read for. */
const mostWanted = 8

/** CJK and what follows: writings where two characters may be a word. */
const firstWide = 0x2e80

function numberOf(a: number, b: number, c: number): number {
  const sum = Math.imul(a, 0x9e_37_79_b1) + Math.imul(b, 0x85_eb_ca_6b) + Math.imul(c, 0xc2_b2_ae_35)
  return Math.imul(sum ^ (sum >>> 15), 0x2c_1b_3c_6d) >>> 16
}

/** The grams of one text after another. */
export class GramSet {
  readonly #has = new Uint8Array(gramNumbers)
  readonly #numbers = new Uint16Array(gramNumbers)
  #count = 0

  add(text: string): void {
    let a = 0
    let b = 0
    for (let at = 0; at < text.length; at++) {
      const c = text.charCodeAt(at)
      if (at > 1) this.#note(numberOf(a, b, c))
      if (c >= firstWide && b >= firstWide) this.#note(numberOf(0, b, c))
      a = b
      b = c
    }
  }

  /** Of what was not looked at: it may hold anything. */
  addAll(): void {
    for (let number = 0; number < gramNumbers; number++) this.#note(number)
  }

  /** Ascending; the set is empty then. */
  take(): Uint16Array {
    const numbers = this.#numbers.slice(0, this.#count).sort()
    for (const number of numbers) this.#has[number] = 0
    this.#count = 0
    return numbers
  }

  #note(number: number): void {
    if (this.#has[number] === 1) return
    this.#has[number] = 1
    this.#numbers[this.#count++] = number
  }
}

/** Grams that every text has which holds this one; none: it is too short for the index to tell anything. */
export function wantedGrams(folded: string): readonly number[] {
  const set = new GramSet()
  const all: number[] = []
  // Each where it first stands, so that those chosen come from the whole of the text.
  for (let at = 0; at + 3 <= folded.length && at < longestWanted; at++)
    all.push(numberOf(folded.charCodeAt(at), folded.charCodeAt(at + 1), folded.charCodeAt(at + 2)))
  if (all.length === 0) {
    set.add(folded)
    return [...set.take()]
  }
  const distinct = [...new Set(all)]
  if (distinct.length <= mostWanted) return distinct
  return Array.from({ length: mostWanted }, (_, index) => distinct[Math.round((index * (distinct.length - 1)) / (mostWanted - 1))] ?? 0)
}

/** Of a longer text, what comes later is not asked for. */
const longestWanted = 1000
