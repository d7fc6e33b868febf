import { isAsciiText } from '../message/fold.ts'

/** What the forms of a word have in common, in each language; '' where the word is none of that language. */
export interface Stems {
  readonly german: string
  readonly english: string
}

export type StemOf = (word: string) => Stems

let loading: Promise<StemOf> | undefined

/** The stemmers of Snowball, for folded words. They are a megabyte of code, so they are there once somebody asks for them. */
export function loadStemmers(): Promise<StemOf> {
  return (loading ??= import('snowball-stemmers').then(({ default: { newStemmer } }) => {
    const [german, english] = [newStemmer('german'), newStemmer('english')]
    return (word) => ({ german: german.stem(withUmlauts(word)), english: isAsciiText(word) ? english.stem(word) : '' })
  }))
}

/** Who has no umlauts writes ae, oe and ue; the stemmer makes a, o and u of all of them. In "neue", "Quelle" and "Aue" ue is none. */
function withUmlauts(word: string): string {
  return word.includes('e') ? word.replace(/(?<![aeiouyäöüq])ue|(?<![aeiouyäöü])[ao]e/g, (pair) => umlauts[pair[0] as 'a' | 'o' | 'u']) : word
}

const umlauts = { a: 'ä', o: 'ö', u: 'ü' } as const

/** Letters that may be umlauts in one form of a word and not in another, and are asked for as both; of a longer stem its beginning is asked for. */
const mostUmlauts = 2
/** Of a shorter root hardly a word could not have it. */
const shortestRoot = 3

/**
 * Beginnings of which every form of a word has one, and the word itself; as few as can be. A German stem begins its words, but for umlauts; an English
 * one, but for its last letter ("happi" of "happy", "sensibl" of "sensibility"). Where they say too little it is the word.
 */
export function rootsOf(word: string, { german, english }: Stems): readonly string[] {
  const roots = english === '' ? germanRoots(german) : [...germanRoots(german), englishRoot(english)]
  if (roots.some(({ length }) => length < shortestRoot)) return [word]
  if (!roots.some((root) => word.startsWith(root))) roots.push(word)
  return roots.filter((root, index) => !roots.some((other, at) => root.startsWith(other) && (root !== other || at < index)))
}

function englishRoot(stem: string): string {
  const changes = stem.length > shortestRoot && (stem.length > 4 || /[ie]$/.test(stem))
  return changes ? stem.slice(0, -1) : stem
}

function germanRoots(stem: string): string[] {
  let roots = ['']
  let places = 0
  for (const [at, letter] of [...stem].entries()) {
    // The u of "au" is none by itself: it is the a that changes.
    const umlaut = isVowel(letter) && !(letter === 'u' && stem[at - 1] === 'a') ? umlauts[letter] : undefined
    if (umlaut !== undefined && ++places > mostUmlauts && at >= shortestRoot) break
    const forms = umlaut === undefined ? [letter] : [letter, umlaut, `${letter}e`]
    roots = roots.flatMap((root) => forms.map((form) => root + form))
  }
  return roots
}

function isVowel(letter: string): letter is 'a' | 'o' | 'u' {
  return letter === 'a' || letter === 'o' || letter === 'u'
}
