import type { Uid } from '../mail/ids.ts'
import { type FetchItem, joinedItems } from './parse/fetch.ts'
import type { Session } from './session.ts'
import type { Tracker } from './view/tracker.ts'
import { FetchAnswers } from './write/fetch-answers.ts'

/** Messages that have just been announced. */
interface Announced {
  readonly tracker: Tracker
  /** Those from this UID on. */
  readonly from: Uid
  /** What a search that is kept up to date wants of those that it has found (RFC 5465 7). */
  readonly found: ReadonlyMap<number, readonly FetchItem[]> | undefined
}

/** FETCH of what NOTIFY and searches want to be told of new messages, once for each message; not of those that the session made itself (RFC 5465 5.2). */
export async function fetchNew(session: Session, { tracker, from, found }: Announced): Promise<void> {
  const { notify } = session
  const own = notify?.own.takeAdded()
  const always = notify?.newItems ?? []
  if (always.length === 0 && (found === undefined || found.size === 0)) return
  const { uids } = tracker.byUid([[from, tracker.unknownFrom]])
  let next: { readonly wanted: readonly FetchItem[] | undefined; readonly uids: number[] } = { wanted: undefined, uids: [] }
  const flush = async (): Promise<void> => {
    const items = joinedItems(always, next.wanted ?? [])
    if (next.uids.length > 0 && items.length > 0) await new FetchAnswers(session, tracker, { items, markedSeen: undefined }).write(Uint32Array.from(next.uids))
  }
  for (const uid of uids) {
    if (own?.has(uid) === true) continue
    const wanted = found?.get(uid)
    if (wanted !== next.wanted) {
      await flush()
      next = { wanted, uids: [] }
    }
    next.uids.push(uid)
  }
  await flush()
}
