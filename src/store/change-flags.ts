import { lowerBound } from '../base/lower-bound.ts'
import type { ModSeq, Uid } from '../mail/ids.ts'
import { type Flags, systemFlags } from './mailbox.ts'
import type { FlagsRecord } from './record.ts'

/** Most keywords that a message keeps; more are not added. Servers in use allow 26 (Courier) to a few hundred. */
const maxKeywords = 64

/** UIDs and flags of messages, by column, ascending by UID. The first `count` places are in use. */
export interface FlagColumns {
  readonly count: number
  readonly uids: Uint32Array
  /** Bits of `systemFlags`. */
  readonly system: Uint8Array
  /** Places in `keywordSets`. */
  readonly keywords: Uint32Array
  readonly keywordSets: readonly string[]
  /** When each message changed last. */
  readonly modSeqs: Float64Array
  /** The place of a set in `keywordSets`, where it is added if it is missing. */
  intern(keywords: string): number
}

/** What STORE asks for. */
export type FlagChange = Pick<FlagsRecord, 'uids' | 'mode' | 'flags' | 'only' | 'unchangedSince'>

export interface FlagsChanged {
  /** Where a message has other flags now. Its modSeq is the caller's to set, who takes one if anything has changed. */
  readonly places: Uint32Array
  /** How many more messages are unseen. */
  readonly unseen: number
  /** Messages that were left alone, since they had changed after `unchangedSince`. */
  readonly modified: readonly Uid[]
}

/**
 * STORE, in place. The index and the view that sessions have of a mailbox are changed by this one function, so that the view need not ask
 * what a session's own command has done. Messages that have the flags already are not changed.
 */
export function changeFlags(columns: FlagColumns, change: FlagChange): FlagsChanged {
  const { count, uids, system, keywords, modSeqs } = columns
  const unchangedSince = change.unchangedSince ?? Number.MAX_SAFE_INTEGER
  const places = new Uint32Array(count)
  let changed = 0
  const modified: Uid[] = []
  let unseen = 0
  // Of thousands of messages most have the same flags as another one: each combination is looked at once.
  const known: number[] = []
  const next = (old: number) => (known[old] = nextCode(columns, change, old))
  for (const [first, last] of change.uids) {
    for (let at = lowerBound(uids, count, first); at < count && (uids[at] ?? 0) <= last; at++) {
      if ((modSeqs[at] ?? 0) > unchangedSince) {
        modified.push((uids[at] ?? 0) as Uid)
        continue
      }
      const old = ((keywords[at] ?? 0) << systemWidth) | (system[at] ?? 0)
      const now = known[old] ?? next(old)
      if (now === old) continue
      unseen += (old & systemFlags['\\Seen']) - (now & systemFlags['\\Seen'])
      system[at] = now & systemBits
      keywords[at] = now >>> systemWidth
      places[changed++] = at
    }
  }
  return { places: places.subarray(0, changed), unseen, modified }
}

/** The messages at these places have changed with this modSeq. */
export function setModSeqs({ modSeqs }: FlagColumns, places: Uint32Array, modSeq: ModSeq): void {
  for (let i = 0; i < places.length; i++) modSeqs[places[i] ?? 0] = modSeq
}

/** System flags and the place of the keywords as one number; there are at most as many sets of keywords as messages. */
const systemWidth = 5
const systemBits = 2 ** systemWidth - 1

function nextCode(columns: FlagColumns, change: FlagChange, old: number): number {
  const flags = changedFlags({ system: old & systemBits, keywords: columns.keywordSets[old >>> systemWidth] ?? '' }, change)
  return (columns.intern(flags.keywords) << systemWidth) | flags.system
}

/** The flags that a message has after STORE. */
function changedFlags(old: Flags, { mode, flags, only }: FlagChange): Flags {
  switch (mode) {
    case 'replace':
      if (only === undefined) return flags
      return { system: (old.system & ~only.system) | (flags.system & only.system), keywords: only.keywords ? flags.keywords : old.keywords }
    case 'add':
      return { system: old.system | flags.system, keywords: flags.keywords === '' ? old.keywords : addKeywords(old.keywords, flags.keywords) }
    case 'remove':
      return { system: old.system & ~flags.system, keywords: flags.keywords === '' ? old.keywords : removeKeywords(old.keywords, flags.keywords) }
  }
}

const words = (keywords: string) => (keywords === '' ? [] : keywords.split(' '))

/** Keywords compare without case (RFC 9051 2.3.2); the first spelling stays. */
function addKeywords(old: string, more: string): string {
  const kept = new Map(words(old).map((word) => [word.toLowerCase(), word]))
  for (const word of words(more)) if (kept.size < maxKeywords && !kept.has(word.toLowerCase())) kept.set(word.toLowerCase(), word)
  return [...kept.values()].sort().join(' ')
}

function removeKeywords(old: string, fewer: string): string {
  const gone = new Set(words(fewer.toLowerCase()))
  return words(old)
    .filter((word) => !gone.has(word.toLowerCase()))
    .join(' ')
}
