import { compareLocations, type Content, type Location, type StoredRecord } from '../content/content.ts'
import type { AccountId } from '../mail/ids.ts'
import { decodeRecord } from './pack-record.ts'
import type { BaselineDoneRecord, LogRecord } from './record.ts'
import { isWithin, scanPastDamage, type Stretch } from './unapplied.ts'

/** What the log says about itself: the first thing that a rebuild has to know. */
export interface History {
  readonly baselines: Baselines | undefined
  /** Everything that was ever set aside, and where that was said. */
  readonly asides: readonly { readonly at: Location; readonly stretch: Stretch }[]
  /** What of it was tried again with success. */
  readonly retried: readonly Location[]
}

export interface Baselines {
  readonly done: BaselineDoneRecord
  /** The newest of each account, all within the generation that `done` completes. */
  readonly accounts: ReadonlyMap<AccountId, StoredRecord>
  /** Of the queue, in their order. */
  readonly queue: readonly StoredRecord[]
}

export async function readHistory(content: Content): Promise<History> {
  let newest: Baselines | undefined
  let accounts = new Map<AccountId, StoredRecord>()
  let queue: StoredRecord[] = []
  const asides: { at: Location; stretch: Stretch }[] = []
  const tries: { at: Location; of: Location }[] = []
  for await (const stored of scanPastDamage(content, {})) {
    const record = decoded(stored)
    if (record?.kind === 'baseline') accounts.set(record.accountId, stored)
    if (record?.kind === 'queue-baseline') queue.push(stored)
    if (record?.kind === 'aside') asides.push({ at: stored.location, stretch: { from: record.from, until: record.until } })
    if (record?.kind === 'retry') tries.push({ at: stored.location, of: record.of })
    if (record?.kind !== 'baseline-done') continue
    const { begin } = record
    const isOfThis = ({ location }: StoredRecord) => compareLocations(location, begin) >= 0
    newest = { done: record, accounts: new Map([...accounts].filter(([, baseline]) => isOfThis(baseline))), queue: queue.filter(isOfThis) }
    accounts = new Map()
    queue = []
  }
  const stretches = asides.map(({ stretch }) => stretch)
  return { baselines: newest, asides, retried: tries.filter(({ at }) => !isWithin(at, stretches)).map(({ of }) => of) }
}

/** What is still to be tried again. Baselines say anew what was when they were written; with them, what was said before does not count. */
export function outstanding({ baselines, asides }: History): Stretch[] {
  const told = baselines === undefined ? asides : asides.filter(({ at }) => compareLocations(at, baselines.done.begin) >= 0)
  const stretches = new Map(told.map(({ stretch }) => [`${stretch.from.segment}:${stretch.from.offset}`, stretch]))
  return [...stretches.values()].sort((a, b) => compareLocations(a.from, b.from))
}

/** Undefined: a record of a later version, or one that should not be. */
function decoded(stored: StoredRecord): LogRecord | undefined {
  try {
    return decodeRecord(stored.header)
  } catch {
    return undefined
  }
}
