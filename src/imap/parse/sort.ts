import type { SortText } from '../../store/message-text.ts'
import { grammarLimits } from '../limits.ts'
import { ImapSyntaxError, type Scanner } from './scanner.ts'
import { maybeReturn, parseCriteria, type SearchKey, type SearchReturn } from './search.ts'

/** sort-criterion (RFC 5256 5, RFC 5957 4, RFC 6203 6). */
export interface SortKey {
  readonly of: 'arrival' | 'date' | 'size' | 'relevancy' | SortText
  readonly reverse: boolean
}

export interface SortProgram {
  /** ESORT (RFC 5267 3); undefined: the untagged SORT. */
  readonly returns: SearchReturn | undefined
  readonly keys: readonly SortKey[]
  readonly key: SearchKey
}

const sortKeys: Readonly<Record<string, SortKey['of']>> = {
  ARRIVAL: 'arrival',
  CC: 'sort-cc',
  DATE: 'date',
  DISPLAYFROM: 'sort-display-from',
  DISPLAYTO: 'sort-display-to',
  FROM: 'sort-from',
  RELEVANCY: 'relevancy',
  SIZE: 'size',
  SUBJECT: 'sort-subject',
  TO: 'sort-to',
}

/** sort, after `SORT `. */
export function parseSort(scanner: Scanner): SortProgram {
  const returns = maybeReturn(scanner)
  const keys = scanner.list(() => sortCriterion(scanner), { atLeast: 1, most: grammarLimits.sortKeys, what: 'sort criteria' })
  scanner.space()
  return { returns, keys, key: parseCriteria(scanner) }
}

function sortCriterion(scanner: Scanner): SortKey {
  const first = scanner.keyword('a sort key')
  const reverse = first === 'REVERSE'
  if (reverse) scanner.space()
  const name = reverse ? scanner.keyword('a sort key') : first
  const of = sortKeys[name]
  if (of === undefined) throw new ImapSyntaxError(`no sort key is called ${name}`)
  return { of, reverse }
}
