import type { SearchKey } from '../parse/search.ts'
import type { WantedText } from '../../store/fulltext/candidates.ts'
import type { Session } from '../session.ts'
import type { Tracker } from '../view/tracker.ts'
import type { TextKey } from './matcher.ts'

/** Texts that the index is asked for; a search for more reads for the others. Fewer than a number has bits. */
const mostAsked = 30

/** The text that a key asks for, as the store takes it. */
export function wantedText({ kind, ...text }: TextKey): WantedText {
  return { in: kind, ...text }
}

/** What the text index knows of a mailbox's messages: which of the texts that are looked for a message does not hold. */
export class AbsentTexts {
  readonly #keys: readonly TextKey[]
  /** UIDs that may hold the text, ascending; undefined: any may. By key. */
  readonly #candidates: readonly (ReadonlySet<number> | undefined)[]
  /** Messages lack the same texts, as a rule: one set for each combination, by the bits of its keys. */
  readonly #sets = new Map<number, ReadonlySet<SearchKey>>()

  private constructor(keys: readonly TextKey[], candidates: readonly (ReadonlySet<number> | undefined)[]) {
    this.#keys = keys
    this.#candidates = candidates
  }

  static async of({ store }: Session, tracker: Tracker, all: readonly TextKey[]): Promise<AbsentTexts> {
    const keys = all.slice(0, mostAsked)
    if (keys.length === 0) return new AbsentTexts([], [])
    const candidates = await store.textCandidates(tracker.live.accountId, tracker.live.mailboxId, keys.map(wantedText))
    return new AbsentTexts(
      keys,
      candidates.map((uids) => uids && new Set(uids)),
    )
  }

  /** It decides nothing. */
  get isEmpty(): boolean {
    return this.#candidates.every((uids) => uids === undefined)
  }

  /** Keys whose text the message does not hold. Of the others it is not known. */
  in(uid: number): ReadonlySet<SearchKey> {
    let bits = 0
    for (const [index, uids] of this.#candidates.entries()) if (uids?.has(uid) === false) bits |= 1 << index
    let set = this.#sets.get(bits)
    if (set === undefined) this.#sets.set(bits, (set = new Set(this.#keys.filter((_, index) => (bits & (1 << index)) !== 0))))
    return set
  }
}
