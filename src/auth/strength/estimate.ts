import { type MatchExtended, ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import { dictionary as german } from '@zxcvbn-ts/language-de'
import * as english from '@zxcvbn-ts/language-en'
import { longestLooked, type Strength, type Weakness } from './strength.ts'

/** Ways to read "p4$$w0rd" that are tried. The library's 100 cost ten times as much and find hardly more. */
const mostReadings = 10

const zxcvbn = new ZxcvbnFactory({
  // The lists of this package have no language in their names.
  dictionary: { ...common.dictionary, ...english.dictionary, ...suffixed(german, '-de') },
  graphs: common.adjacencyGraphs,
  maxLength: longestLooked,
  l33tMaxSubstitutions: mostReadings,
})

function suffixed<Value>(lists: Readonly<Record<string, Value>>, suffix: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(lists).map(([name, list]) => [name + suffix, list]))
}

/**
 * How soon somebody guesses the password who tries what people choose. `names`: what belongs to whom it is for, and is tried first. Takes some
 * 30 MB, the first time 0.3 s, and then 4 to 80 ms: for a thread of its own.
 */
export function estimateStrength(password: string, names: readonly string[]): Strength {
  const { score, sequence } = zxcvbn.check(password, [...names])
  const weaknesses = new Set(sequence.flatMap((match) => weaknessOf(match) ?? []))
  return { score, weaknesses: [...(holdsName(password, names) ? withOwnName(weaknesses) : weaknesses)] }
}

/** Whether or not it is in a list of names as well, which the library may find to be the shorter way. */
function holdsName(password: string, names: readonly string[]): boolean {
  return names.some((name) => name.length > 3 && password.toLowerCase().includes(name))
}

function withOwnName(weaknesses: ReadonlySet<Weakness>): ReadonlySet<Weakness> {
  return new Set<Weakness>(['own-name', ...[...weaknesses].filter((weakness) => weakness !== 'name')])
}

function weaknessOf(match: MatchExtended): Weakness | undefined {
  switch (match.pattern) {
    case 'dictionary':
      return dictionaryWeakness(String(match['dictionaryName']))
    case 'wordSequence':
    case 'sequence':
      return 'sequence'
    case 'spatial':
      return 'keys'
    case 'repeat':
      return 'repeat'
    case 'date':
    case 'regex':
      // The only regular expression is that of years.
      return 'date'
    default:
      return undefined
  }
}

function dictionaryWeakness(list: string): Weakness {
  if (list === 'userInputs') return 'own-name'
  if (list.startsWith('passwords')) return 'common'
  return /^(?:first|last)names/.test(list) ? 'name' : 'word'
}
