import { listMessages } from '../store/columns.ts'
import type { UidRanges } from '../store/uid-ranges.ts'
import type { Tracker } from './view/tracker.ts'

/** Messages between two wanted ones that are read along with them rather than asking twice. */
const bridged = 16

/** UIDs as ranges for the store: as few as can be, since what lies between two neighbours of the mailbox is nobody's. */
export function storeRanges(tracker: Tracker, uids: Uint32Array): UidRanges {
  return ranges(tracker, uids, 0)
}

/** The same for reading: small gaps are read too, so the reader asks `Wanted` which messages it meant. */
export function readingRanges(tracker: Tracker, uids: Uint32Array): UidRanges {
  return ranges(tracker, uids, bridged)
}

/** The same in pieces of a page, so that several can be on their way. */
export function listRanges(tracker: Tracker, uids: Uint32Array): UidRanges {
  return ranges(tracker, uids, bridged, listMessages)
}

function ranges({ live }: Tracker, uids: Uint32Array, bridge: number, most = Infinity): UidRanges {
  const [first, end] = [uids[0], uids.at(-1)]
  // A piece of the view itself.
  if (uids.buffer === live.uids.buffer && uids.length <= most && first !== undefined && end !== undefined) return [[first, end]]
  const found: [number, number][] = []
  let last: [number, number] | undefined
  let index = -1
  let firstIndex = 0
  for (const uid of uids) {
    const previous = index
    index = live.uids[index + 1] === uid && index + 1 < live.count ? index + 1 : live.indexOf(uid)
    // One that has gone meanwhile is its own range; the store passes over it.
    if (last !== undefined && previous >= 0 && index > previous && index - previous <= bridge + 1 && index - firstIndex < most) last[1] = uid
    else {
      found.push((last = [uid, uid]))
      firstIndex = index
    }
  }
  return found
}

/** Goes through ascending UIDs beside messages that come in the same order. */
export class Wanted {
  readonly #uids: Uint32Array
  #at = 0

  constructor(uids: Uint32Array) {
    this.#uids = uids
  }

  /** Ask in ascending order. */
  has(uid: number): boolean {
    while (this.#at < this.#uids.length && (this.#uids[this.#at] ?? 0) < uid) this.#at++
    return this.#uids[this.#at] === uid
  }
}
