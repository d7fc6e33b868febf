import { emailObjectId } from '../object-id.ts'
import { dayOf } from '../parse/date.ts'
import type { SearchKey } from '../parse/search.ts'
import { resolveRanges, type SequenceSet } from '../parse/sequence-set.ts'
import type { Score } from '../../fulltext/sought.ts'
import { lowerBound } from '../../base/lower-bound.ts'
import type { Message } from '../../store/mailbox.ts'
import type { Tracker } from '../view/tracker.ts'
import type { Answer } from './columns.ts'
import type { HeaderKey, MessageHeader } from './header.ts'

/** What is known of a message; more is fetched only while a key cannot be decided without. */
export interface Facts {
  readonly uid: number
  readonly seq: number
  /** Its place in the view. */
  readonly index: number
  readonly message?: Message
  readonly header?: MessageHeader
  /** Keys of kind `body` and `text` whose text the message does not hold, as the text index knows; of others it knows nothing. */
  readonly absent?: ReadonlySet<SearchKey>
  /** How well it holds the texts of those keys that were looked for. */
  readonly scores?: ReadonlyMap<SearchKey, Score>
}

/** Keys that ask for a text in the message, beside those of header fields. */
export type TextKey = SearchKey & { readonly kind: 'body' | 'text' }

/** Decides a search key for one message after another. */
export class Matcher {
  readonly #tracker: Tracker
  readonly #key: SearchKey
  readonly #nowMs: number
  /** Ranges and keyword tables, once for all messages. */
  readonly #ranges = new Map<SearchKey, readonly (readonly [number, number])[]>()
  readonly #keywordSets = new Map<SearchKey, boolean[]>()
  readonly #saved: readonly number[]
  readonly #fuzzy: readonly SearchKey[]
  readonly #scores: Map<number, Score> | undefined
  /** Keys that were answered for all messages of which they had to be asked. */
  answers: ReadonlyMap<SearchKey, Answer> = new Map()

  constructor(
    tracker: Tracker,
    key: SearchKey,
    { nowMs, saved, scores }: { readonly nowMs: number; readonly saved: readonly number[]; readonly scores: Map<number, Score> | undefined },
  ) {
    this.#tracker = tracker
    this.#key = key
    this.#nowMs = nowMs
    this.#saved = saved
    this.#scores = scores
    this.#fuzzy = leaves(key).filter(isFuzzy)
  }

  /** undefined: these facts do not decide it. */
  decide(facts: Facts): boolean | undefined {
    const decided = this.#decide(this.#key, facts)
    if (decided === true) this.#scores?.set(facts.uid, this.#relevancy(facts))
    return decided
  }

  #decide(key: SearchKey, facts: Facts): boolean | undefined {
    switch (key.kind) {
      case 'all':
        return true
      case 'and':
        return this.#every(key.keys, facts)
      case 'or':
        return this.#some(key.keys, facts)
      case 'not': {
        const inner = this.#decide(key.key, facts)
        return inner === undefined ? undefined : !inner
      }
      case 'sequence':
        return key.set === '$' ? this.#isSaved(facts.uid) : this.#inRanges(key, key.set, facts.seq)
      case 'uid':
        return key.set === '$' ? this.#isSaved(facts.uid) : this.#inRanges(key, key.set, facts.uid)
      case 'flag':
        return ((this.#tracker.live.system[facts.index] ?? 0) & key.bit) !== 0
      case 'recent':
        return this.#tracker.isRecent(facts.uid)
      case 'mod-seq':
        return (this.#tracker.live.modSeqs[facts.index] ?? 0) >= key.from
      case 'keyword':
        return this.#hasKeyword(key, key.keyword, facts.index)
      default:
        return this.#decideByContent(key, facts)
    }
  }

  #decideByContent(key: SearchKey, facts: Facts): boolean | undefined {
    const answer = this.answers.get(key)
    return answer === undefined ? this.#decideByReading(key, facts) : answer.score(facts.uid) > 0
  }

  #decideByReading(key: SearchKey, { message, header, absent, scores }: Facts): boolean | undefined {
    if (absent?.has(key) === true) return false
    switch (key.kind) {
      case 'date': {
        if (!key.sent) return message && isWithin(dayOf(message.internalDateMs), key)
        const day = header?.sentDay
        return header && (day === undefined ? false : isWithin(day, key))
      }
      case 'saved':
        return message && isWithin(dayOf(message.savedAtMs), key)
      case 'email-id':
        return message && emailObjectId(message) === key.id
      case 'younger':
        return message && message.internalDateMs >= this.#nowMs - key.seconds * 1000
      case 'larger':
        return message && message.sizeBytes > key.octets
      case 'smaller':
        return message && message.sizeBytes < key.octets
      case 'header':
      case 'text':
      case 'body': {
        const score = scores?.get(key)
        return score === undefined ? undefined : score > 0
      }
      default:
        return undefined
    }
  }

  /** How well a message is found for which the key holds: the mean of what is sought fuzzily in it (RFC 6203 4). */
  #relevancy(facts: Facts): Score {
    const scores = this.#fuzzy.map((key) => this.answers.get(key)?.score(facts.uid) ?? facts.scores?.get(key) ?? 0).filter((score) => score > 0)
    return scores.length === 0 ? leastScore : Math.round(scores.reduce((sum, score) => sum + score, 0) / scores.length)
  }

  /** All must hold: one that does not decides, whatever the others. */
  #every(keys: readonly SearchKey[], facts: Facts): boolean | undefined {
    let all: boolean | undefined = true
    for (const key of keys) {
      const one = this.#decide(key, facts)
      if (one === false) return false
      if (one === undefined) all = undefined
    }
    return all
  }

  #some(keys: readonly SearchKey[], facts: Facts): boolean | undefined {
    let any: boolean | undefined = false
    for (const key of keys) {
      const one = this.#decide(key, facts)
      if (one === true) return true
      if (one === undefined) any = undefined
    }
    return any
  }

  #inRanges(key: SearchKey, set: Exclude<SequenceSet, '$'>, value: number): boolean {
    let ranges = this.#ranges.get(key)
    if (ranges === undefined) {
      ranges = resolveRanges(set, key.kind === 'uid' ? (this.#tracker.all().at(-1) ?? 0) : this.#tracker.exists)
      this.#ranges.set(key, ranges)
    }
    let low = 0
    let high = ranges.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((ranges[middle]?.[1] ?? 0) < value) low = middle + 1
      else high = middle
    }
    return (ranges[low]?.[0] ?? Infinity) <= value
  }

  #isSaved(uid: number): boolean {
    return this.#saved[lowerBound(this.#saved, this.#saved.length, uid)] === uid
  }

  /** Sets of keywords are few, so each is looked through once. */
  #hasKeyword(key: SearchKey, keyword: string, index: number): boolean {
    const { live } = this.#tracker
    let table = this.#keywordSets.get(key)
    if (table === undefined) this.#keywordSets.set(key, (table = []))
    const set = live.keywordSets[live.keywords[index] ?? 0] ?? ''
    return (table[live.keywords[index] ?? 0] ??= set.toLowerCase().split(' ').includes(keyword.toLowerCase()))
  }
}

function isWithin(day: number, { from, before }: { readonly from: number; readonly before: number }): boolean {
  return day >= from && day < before
}

/** The keys that ask for text of the body, wherever they stand. */
export function textKeys(key: SearchKey): readonly TextKey[] {
  return leaves(key).filter((leaf) => leaf.kind === 'body' || leaf.kind === 'text')
}

/** The keys that ask for text of a header field. */
export function headerKeys(key: SearchKey): readonly HeaderKey[] {
  return leaves(key).filter((leaf) => leaf.kind === 'header')
}

/** A FUZZY key stands among them (RFC 6203). */
export function asksFuzzily(key: SearchKey): boolean {
  return leaves(key).some(isFuzzy)
}

function isFuzzy(key: SearchKey): boolean {
  return 'fuzzy' in key
}

/** SEARCH by modSeq answers with one (RFC 7162 3.1.6). */
export function asksForModSeq(key: SearchKey): boolean {
  return leaves(key).some(({ kind }) => kind === 'mod-seq')
}

/** Keys without keys inside. */
export function leaves(key: SearchKey): readonly SearchKey[] {
  switch (key.kind) {
    case 'and':
    case 'or':
      return key.keys.flatMap(leaves)
    case 'not':
      return leaves(key.key)
    default:
      return [key]
  }
}

/** Of what is found without any of the texts that are sought fuzzily. */
const leastScore = 1

/** How far a key may have to look. */
export function depthOf(key: SearchKey): 'view' | 'index' | 'header' | 'body' {
  switch (key.kind) {
    case 'and':
    case 'or':
      return key.keys.map(depthOf).reduce((a, b) => (depths.indexOf(a) > depths.indexOf(b) ? a : b), 'view')
    case 'not':
      return depthOf(key.key)
    case 'date':
      return key.sent ? 'header' : 'index'
    case 'saved':
    case 'email-id':
    case 'younger':
    case 'larger':
    case 'smaller':
      return 'index'
    case 'header':
      return 'header'
    case 'body':
    case 'text':
      return 'body'
    default:
      return 'view'
  }
}

const depths = ['view', 'index', 'header', 'body'] as const
