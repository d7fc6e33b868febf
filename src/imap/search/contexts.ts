import type { ModSeq, Uid } from '../../mail/ids.ts'
import { type FetchItem, joinedItems } from '../parse/fetch.ts'
import type { SearchKey } from '../parse/search.ts'
import type { SortKey } from '../parse/sort.ts'
import type { Session } from '../session.ts'
import { lowerBound } from '../../base/lower-bound.ts'
import type { Tracker } from '../view/tracker.ts'
import { esearchHead, numberSet } from '../write/esearch.ts'
import { leaves } from './matcher.ts'
import { search } from './search.ts'
import { sort } from './sort.ts'

/** Searches of one session that are kept up to date at once. */
const mostContexts = 20
/** Messages in the results of all of them: a change looks through them. */
const mostResults = 100_000

/** Until where a session has looked at a mailbox: what comes or changes later is looked at again. */
export interface Seen {
  readonly modSeq: ModSeq
  readonly unknownFrom: Uid
}

export function seenNow({ live, unknownFrom }: Tracker): Seen {
  return { modSeq: live.modSeq, unknownFrom }
}

/** A search or sort with RETURN (UPDATE). */
interface Context {
  readonly tag: string
  readonly correlator: string
  readonly byUid: boolean
  readonly key: SearchKey
  /** undefined: a search, whose result is in the order of the mailbox. */
  readonly sortKeys: readonly SortKey[] | undefined
  /** Told of new messages that come into the result. */
  readonly items: readonly FetchItem[]
  /** Its result as the client knows it, in its order. */
  uids: Uint32Array
  /** As of before it was searched. */
  seen: Seen
}

/** Results of the selected mailbox that are kept up to date (RFC 5267 4.3), until CANCELUPDATE or the mailbox is left. */
export class Contexts {
  readonly #session: Session
  readonly #tracker: Tracker
  readonly #contexts = new Map<string, Context>()

  constructor(session: Session, tracker: Tracker) {
    this.#session = session
    this.#tracker = tracker
    tracker.beforeExpunge = (uids) => this.#remove(uids)
  }

  has(tag: string): boolean {
    return this.#contexts.has(tag)
  }

  /** Why the result is not kept up to date (RFC 5267 4.3.1); undefined: from now on it is. */
  begin(context: Context): string | undefined {
    if (!isSteady(context)) return 'what goes by sequence numbers, age or relevancy is not kept up to date'
    const results = [...this.#contexts.values()].reduce((sum, { uids }) => sum + uids.length, context.uids.length)
    if (this.#contexts.size >= mostContexts || results > mostResults) return 'too many results to keep up to date'
    this.#contexts.set(context.tag, context)
    return undefined
  }

  /** False: one of them names nothing, and none is ended. */
  cancel(tags: readonly string[]): boolean {
    if (!tags.every((tag) => this.has(tag))) return false
    for (const tag of tags) this.#contexts.delete(tag)
    return true
  }

  /** Tells what has changed in each result by what has happened in the mailbox. After EXISTS, so that what is new has a number. Resolves to what is to be told of new messages, by UID. */
  async update(): Promise<ReadonlyMap<number, readonly FetchItem[]>> {
    const wanted = new Map<number, readonly FetchItem[]>()
    for (const context of this.#contexts.values()) {
      const changed = this.#changedSince(context.seen)
      const newFrom = context.seen.unknownFrom
      const seen = seenNow(this.#tracker)
      const come = changed.length > 0 ? await this.#update(context, changed) : []
      // Not before: what could not be read now is looked at again.
      context.seen = seen
      if (context.items.length === 0) continue
      for (const uid of come) {
        const others = wanted.get(uid)
        if (uid >= newFrom) wanted.set(uid, others === undefined ? context.items : joinedItems(others, context.items))
      }
    }
    return wanted
  }

  #changedSince({ modSeq, unknownFrom }: Seen): Uint32Array {
    const all = this.#tracker.all()
    const fresh = lowerBound(all, all.length, unknownFrom)
    const changed = this.#tracker.live.changedSince(all.subarray(0, fresh), modSeq)
    return Uint32Array.from([...changed, ...all.subarray(fresh)])
  }

  /** Resolves to the messages that have come into the result. */
  async #update(context: Context, changed: Uint32Array): Promise<Iterable<number>> {
    const { sortKeys } = context
    const looked = new Set(changed)
    const matching = new Set(await search(this.#session, this.#tracker, context.key, { among: changed }))
    const [stay, go]: [number[], Set<number>] = [[], new Set()]
    for (const uid of context.uids) {
      if (looked.has(uid) && !matching.has(uid)) go.add(uid)
      else {
        stay.push(uid)
        matching.delete(uid)
      }
    }
    // What went meanwhile has no number to be added by.
    const come = new Set([...matching].filter((uid) => this.#tracker.seqOf(uid) > 0))
    if (go.size === 0 && come.size === 0) return come
    const there = (): Uint32Array => Uint32Array.from([...stay.filter((uid) => this.#tracker.seqOf(uid) > 0), ...come]).sort()
    const sorted = come.size === 0 || sortKeys === undefined ? [] : await sort(this.#session, this.#tracker, sortKeys, there())
    // From here on nothing is awaited: the result is what was told.
    let text = this.#removeFrom(context, go)
    if (come.size > 0 && sortKeys === undefined) {
      context.uids = Uint32Array.from([...stay, ...come]).sort()
      text += ` ADDTO (0 ${this.#numbers(context, come)})`
    } else if (come.size > 0) {
      const { uids, added } = insertions(stay, sorted, come)
      context.uids = Uint32Array.from(uids)
      text += this.#places('ADDTO', context, added)
    }
    this.#tell(context, text)
    return come
  }

  #remove(gone: readonly number[]): void {
    const uids = new Set(gone)
    for (const context of this.#contexts.values()) {
      const text = this.#removeFrom(context, uids)
      if (text !== '') this.#tell(context, text)
    }
  }

  /** Takes them from the result; '' where none was in it. */
  #removeFrom(context: Context, gone: ReadonlySet<number>): string {
    const removed = context.uids.filter((uid) => gone.has(uid))
    if (removed.length === 0) return ''
    const before = context.uids
    context.uids = before.filter((uid) => !gone.has(uid))
    if (context.sortKeys === undefined) return ` REMOVEFROM (0 ${this.#numbers(context, removed)})`
    return this.#places('REMOVEFROM', context, removals(before, gone))
  }

  #places(name: 'ADDTO' | 'REMOVEFROM', context: Context, runs: readonly Run[]): string {
    return ` ${name} (${runs.map(({ place, uids }) => `${place} ${this.#numbers(context, uids)}`).join(' ')})`
  }

  #numbers({ byUid }: Context, uids: Iterable<number>): string {
    return numberSet(byUid ? uids : [...uids].map((uid) => this.#tracker.toldSeqOf(uid)))
  }

  #tell(context: Context, text: string): void {
    this.#session.out.utf8(`${esearchHead(context)}${text}\r\n`)
  }
}

/** Messages beside each other in a sorted result, the first of them in the given place, from 1. */
interface Run {
  readonly place: number
  readonly uids: Iterable<number>
}

/** From the last to the first, so that no place moves before it is named. */
function removals(uids: Uint32Array, gone: ReadonlySet<number>): Run[] {
  const runs: Run[] = []
  const isGone = (place: number): boolean => gone.has(uids[place - 1] ?? 0)
  for (let last = uids.length; last > 0; last--) {
    if (!isGone(last)) continue
    let place = last
    while (isGone(place - 1)) place--
    runs.push({ place, uids: uids.subarray(place - 1, last) })
    last = place
  }
  return runs
}

/**
 * Puts what comes into the result, each behind the message that it follows in the sorted order. That lacks messages which have gone and the
 * client still has in its result.
 */
function insertions(told: readonly number[], sorted: readonly number[], come: ReadonlySet<number>): { readonly uids: number[]; readonly added: Run[] } {
  const uids: number[] = []
  const added: { readonly place: number; readonly uids: number[] }[] = []
  let next = 0
  for (const uid of sorted) {
    if (!come.has(uid)) {
      do uids.push(told[next] as number)
      while (told[next++] !== uid)
      continue
    }
    uids.push(uid)
    const last = added.at(-1)
    if (last !== undefined && last.place + last.uids.length === uids.length) last.uids.push(uid)
    else added.push({ place: uids.length, uids: [uid] })
  }
  return { uids: [...uids, ...told.slice(next)], added }
}

/** Whether the message and its flags alone decide: numbers move, `$` is another one later, age changes without a word, and scores are not kept. */
function isSteady({ key, sortKeys = [] }: Context): boolean {
  if (sortKeys.some(({ of }) => of === 'relevancy')) return false
  return leaves(key).every((leaf) => leaf.kind !== 'sequence' && leaf.kind !== 'younger' && !(leaf.kind === 'uid' && leaf.set === '$'))
}
