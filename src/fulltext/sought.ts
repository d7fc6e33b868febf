import { fold } from '../message/fold.ts'
import { holds } from './holds.ts'
import { loadStemmers, rootsOf, type Stems, type StemOf } from './word-forms.ts'

/** A text that is looked for. */
export interface SoughtText {
  readonly text: string
  /** Any form of its words, in any order, is meant (RFC 6203). */
  readonly fuzzy?: true
}

/** How well something is found: from 1 to `asWritten`; 0: it is not. RELEVANCY of RFC 6203 4. */
export type Score = number

/** The text stands there as it was written. */
export const asWritten = 100
/** A word of it stands there as it was written, or in another form. */
const wordAsWritten = 70
const wordForm = 40

/** A text as it is looked for, in any number of messages. */
export interface Sought {
  /** Every text that is found holds one of each of these, folded. */
  readonly roots: readonly (readonly string[])[]
  /** Begins with a message, or a field: what is looked at from there on counts together. */
  begin(): Looking
}

export interface Looking {
  /** A piece of it, folded. */
  look(text: string): void
  /** As of now. */
  readonly score: Score
}

export async function sought({ text, fuzzy }: SoughtText): Promise<Sought> {
  const folded = fold(text)
  const words = fuzzy === true ? [...new Set(folded.match(wordsOf))].slice(0, mostWords) : []
  if (words.length === 0) return { roots: folded === '' ? [] : [[folded]], begin: () => new LookingForText(folded) }
  const stemOf = await loadStemmers()
  const wanted = words.map((word) => new Word(word, stemOf))
  return { roots: wanted.map(({ roots }) => roots), begin: () => new LookingForWords(folded, wanted) }
}

/** How well one text holds it. */
export function scoreIn(text: string, { begin }: Sought): Score {
  const looking = begin()
  looking.look(text)
  return looking.score
}

class LookingForText implements Looking {
  readonly #text: string
  score: Score

  constructor(text: string) {
    this.#text = text
    // Every message holds the empty text, a message without text too.
    this.score = text === '' ? asWritten : 0
  }

  look(text: string): void {
    if (this.score === 0 && holds(text, this.#text)) this.score = asWritten
  }
}

/** All words must be found, whichever piece each of them stands in. */
class LookingForWords implements Looking {
  readonly #text: string
  readonly #words: readonly Word[]
  readonly #scores: Score[]
  #isAsWritten = false

  constructor(text: string, words: readonly Word[]) {
    this.#text = text
    this.#words = words
    this.#scores = words.map(() => 0)
  }

  get score(): Score {
    if (this.#isAsWritten) return asWritten
    return this.#scores.includes(0) ? 0 : Math.round(this.#scores.reduce((sum, score) => sum + score, 0) / this.#scores.length)
  }

  look(text: string): void {
    if (this.#isAsWritten) return
    this.#isAsWritten = holds(text, this.#text)
    if (this.#isAsWritten) return
    for (const [index, word] of this.#words.entries()) {
      if ((this.#scores[index] ?? 0) < wordAsWritten) this.#scores[index] = Math.max(this.#scores[index] ?? 0, word.in(text))
    }
  }
}

/** Words of one text that are looked for; there is no use in more. */
const mostWords = 20
const wordsOf = /[\p{L}\p{N}\p{M}]+/gu
const inWord = /[\p{L}\p{N}\p{M}]/u
/** Code units; what is longer is no word of a language. */
const longestWord = 64
/** Different words of one text whose form is looked at: what somebody made to take long holds more. */
const mostForms = 10_000
/** A German compound ends with what it is: "Krankenhaus". A shorter stem stands in too much. */
const shortestHead = 4

/** One word, in any of its forms. */
class Word {
  readonly roots: readonly string[]
  readonly #word: string
  readonly #stemOf: StemOf
  readonly #stems: Stems
  /** Words that were looked at, and in which languages they are forms of this one. */
  readonly #known = new Map<string, FormIn>()

  constructor(word: string, stemOf: StemOf) {
    this.#word = word
    this.#stemOf = stemOf
    this.#stems = stemOf(word)
    this.roots = word.length > longestWord ? [word] : rootsOf(word, this.#stems)
  }

  in(text: string): Score {
    if (holds(text, this.#word)) return wordAsWritten
    let left = mostForms
    for (const root of this.roots) {
      for (let at = text.indexOf(root); at >= 0 && left > 0; at = text.indexOf(root, at + root.length), left--) {
        const end = wordEnd(text, at + root.length)
        if (end - at > longestWord) continue
        const { german, english } = this.#formIn(text.slice(at, end))
        const begins = !inWord.test(text[at - 1] ?? '')
        if (begins ? german || english : german && this.#stems.german.length >= shortestHead) return wordForm
      }
    }
    return 0
  }

  #formIn(word: string): FormIn {
    let known = this.#known.get(word)
    if (known === undefined) {
      if (this.#known.size >= mostForms) this.#known.clear()
      const { german, english } = this.#stemOf(word)
      known = { german: german === this.#stems.german, english: english !== '' && english === this.#stems.english }
      this.#known.set(word, known)
    }
    return known
  }
}

interface FormIn {
  readonly german: boolean
  readonly english: boolean
}

function wordEnd(text: string, from: number): number {
  let at = from
  while (at < text.length && at - from <= longestWord && inWord.test(text[at] ?? '')) at++
  return at
}
