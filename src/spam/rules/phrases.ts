import { comparable, wordHashes } from '../view/letters.ts'

/** Words of one phrase. */
const longestPhrase = 12

/**
 * Many phrases at once: the words of a text are hashed already, and only what begins with a word of the text is compared. So it takes time by
 * the text's length, however many phrases there are.
 */
export class Phrases {
  /** By the hash of the first word. */
  readonly #byFirst = new Map<number, { readonly words: Int32Array; readonly id: number }[]>()
  #count = 0

  /** Returns what `findIn` calls the phrase; undefined: it has no words, or too many. */
  add(phrase: string): number | undefined {
    const words = wordHashes(comparable(phrase), longestPhrase + 1)
    const [first] = words
    if (first === undefined || words.length > longestPhrase) return undefined
    const same = this.#byFirst.get(first) ?? []
    this.#byFirst.set(first, same)
    const known = same.find((entry) => Buffer.from(entry.words.buffer).equals(Buffer.from(words.slice().buffer)))
    if (known !== undefined) return known.id
    const id = this.#count++
    same.push({ words: words.slice(), id })
    return id
  }

  findIn(words: Int32Array): ReadonlySet<number> {
    const found = new Set<number>()
    for (let at = 0; at < words.length; at += 1) {
      const candidates = this.#byFirst.get(words[at] ?? 0)
      if (candidates === undefined) continue
      for (const { words: phrase, id } of candidates) if (!found.has(id) && standsAt(words, at, phrase)) found.add(id)
    }
    return found
  }
}

function standsAt(words: Int32Array, at: number, phrase: Int32Array): boolean {
  if (at + phrase.length > words.length) return false
  for (let index = 1; index < phrase.length; index += 1) if (words[at + index] !== phrase[index]) return false
  return true
}
