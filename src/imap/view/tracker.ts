import type { ModSeq, SeqNum, Uid } from '../../mail/ids.ts'
import { resolveRanges, star } from '../parse/sequence-set.ts'
import { settableFlags } from '../write/flags.ts'
import { formatUidRanges, uidRanges } from '../../store/uid-ranges.ts'
import type { Live } from './live.ts'
import type { RecentRanges } from './recent.ts'
import { lowerBound } from '../../base/lower-bound.ts'

/** Where untagged responses go, and how fast. */
export interface Untagged {
  text(text: string): void
  /** Waits while the other side does not read. */
  flow(): Promise<void>
}

/** UIDs in one VANISHED at most. */
const vanishedInOneGo = 10_000

/** Responses made before the connection is asked whether it takes more: somebody else may have changed a million messages. */
const toldInOneGo = 500

/** Changes of flags that wait as such. A session that asks nothing for hours would gather them without end. */
const mostChanges = 16

/** How a session is told of what happened. */
export interface Telling {
  /** Whether EXPUNGE may be sent now (RFC 9051 7.5.1: not during FETCH, STORE, SEARCH by number, nor without a command). */
  readonly expunges: boolean
  /** FETCH responses name the UID: during UID commands (RFC 9051 6.4.9), and with CONDSTORE. */
  readonly withUid: boolean
  /** And the modSeq: the client has enabled CONDSTORE (RFC 7162 3.2.4). */
  readonly withModSeq: boolean
  /** New flags are no news: NOTIFY without FlagChange. */
  readonly skipFlags?: boolean
  /** VANISHED instead of EXPUNGE: the client has enabled QRESYNC (RFC 7162 3.2.10). */
  readonly vanished: boolean
}

/** Messages that a command named, as one session numbers them at that moment. */
export interface Selection {
  /** Ascending; those that are still there. */
  readonly uids: Uint32Array
  /** Some of the numbers stand for messages that another session removed and this one was not told about yet. */
  readonly someGone: boolean
}

/**
 * One session's sequence numbers (RFC 9051 2.3.1.2). They change only when the session is told: EXISTS adds at the end,
 * EXPUNGE removes. In between the shared `Live` goes on, so this keeps the difference: how many of the mailbox's messages
 * have a number (`#known`), and which numbers stand for messages that are gone (`#ghosts`).
 */
export class Tracker {
  readonly live: Live
  readonly readOnly: boolean
  /** Set while the session is in IDLE: something is to be told. */
  onChange: (() => void) | undefined
  /** Called before EXPUNGE is told of these UIDs, while they still have a number. */
  beforeExpunge: ((uids: readonly number[]) => void) | undefined
  /** Of the messages in `live`, so many have a number: the first ones. */
  #known: number
  /** Messages from this UID on have no number yet. */
  #unknownFrom: Uid
  /** Ascending UIDs that have a number and are gone. */
  #ghosts: number[] = []
  /** Messages whose flags changed since the session was told, with the change. */
  #dirty: Map<number, ModSeq> | undefined
  /** What is not in `#dirty` yet: one change of many messages is one thing until somebody asks for each. All sessions share the UIDs. */
  #changes: { readonly uids: ArrayLike<number>; readonly modSeq: ModSeq }[] = []
  #recent: RecentRanges | undefined
  #toldKeywordSets: number
  #toldRecent: number
  #toldModSeq: ModSeq

  /** @param recent undefined: the session has no \Recent (RFC 9051) */
  constructor(live: Live, readOnly: boolean, recent: RecentRanges | undefined) {
    this.live = live
    this.readOnly = readOnly
    this.#recent = recent
    this.#known = live.count
    this.#unknownFrom = live.mailbox.uidNext
    this.#toldKeywordSets = live.keywordSets.length
    this.#toldRecent = this.recentCount()
    this.#toldModSeq = live.modSeq
    live.trackers.add(this)
  }

  /** EXISTS as the session knows it. */
  get exists(): number {
    return this.#known + this.#ghosts.length
  }

  /**
   * The session was told all that happened up to this change, and perhaps some of what came after it: what a client may take for HIGHESTMODSEQ
   * without missing anything later (RFC 7162 3.2).
   */
  get toldModSeq(): ModSeq {
    return this.#toldModSeq
  }

  /** What is announced next has this UID or a greater one. */
  get unknownFrom(): Uid {
    return this.#unknownFrom
  }

  /** Messages are gone that the session has still to be told of. */
  get owesExpunges(): boolean {
    return this.#ghosts.length > 0
  }

  /** Flags have changed that the session has still to be told of. */
  get owesFlags(): boolean {
    return this.#changes.length > 0 || (this.#dirty?.size ?? 0) > 0
  }

  /** The number of a message; 0: it has none (gone, or not announced). */
  seqOf(uid: number): SeqNum | 0 {
    const index = this.live.indexOf(uid)
    return index < 0 ? 0 : this.seqOfPlace(index)
  }

  /** The same for the message at a place in `live`. */
  seqOfPlace(index: number): SeqNum | 0 {
    return index >= this.#known ? 0 : this.seqAt(index)
  }

  /** The number that the session knows a message by, which may be gone. */
  toldSeqOf(uid: number): SeqNum | 0 {
    const ghost = lowerBound(this.#ghosts, this.#ghosts.length, uid)
    if (this.#ghosts[ghost] !== uid) return this.seqOf(uid)
    return (lowerBound(this.live.uids, this.#known, uid) + ghost + 1) as SeqNum
  }

  /** The number of the message at a place in `live`. */
  seqAt(index: number): SeqNum {
    const before = this.#ghosts.length === 0 ? 0 : lowerBound(this.#ghosts, this.#ghosts.length, this.live.uids[index] ?? 0)
    return (index + before + 1) as SeqNum
  }

  /** The UID that a number stands for; 0: that message is gone. `seq` is 1 … exists. */
  uidAt(seq: number): Uid | 0 {
    const { index, ghost } = this.#place(seq)
    return ghost ? 0 : ((this.live.uids[index] ?? 0) as Uid)
  }

  /** Messages by sequence numbers (ranges of a command); undefined: one is past `exists`. */
  bySequence(set: readonly (readonly [number, number])[]): Selection | undefined {
    const exists = this.exists
    // A range with `*` means what there is, also in an empty mailbox; clients send 1:* there. Any other number must exist (RFC 9051 9, seq-number).
    if (set.some(([from, to]) => from !== star && to !== star && Math.max(from, to) > exists)) return undefined
    const ranges = resolveRanges(set, exists).map(([first, last]): [number, number] => [Math.min(first, exists), Math.min(last, exists)])
    const uids = this.#collect(ranges.map(([first, last]) => [this.#place(first).index, this.#place(last + 1).index]))
    return { uids, someGone: uids.length < ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0) }
  }

  /** Messages by UIDs; those that do not exist are ignored (RFC 9051 6.4.9). */
  byUid(set: readonly (readonly [number, number])[]): Selection {
    const { live } = this
    // `*` is the largest UID in use, as this session knows it.
    const largest = this.#known === 0 ? 0 : (live.uids[this.#known - 1] ?? 0)
    const places = resolveRanges(set, largest).map(([first, last]): [number, number] => [
      lowerBound(live.uids, this.#known, first),
      last >= largest ? this.#known : lowerBound(live.uids, this.#known, last + 1),
    ])
    return { uids: this.#collect(places), someGone: false }
  }

  /** All that have a number. */
  all(): Uint32Array {
    return this.live.uids.subarray(0, this.#known)
  }

  /** What new messages make \Recent; undefined: nothing, in this session. */
  get recent(): RecentRanges | undefined {
    return this.#recent
  }

  /** The session has no \Recent from now on. */
  forgetRecent(): void {
    this.#recent = undefined
    this.#toldRecent = 0
  }

  isRecent(uid: number): boolean {
    return this.#recent?.has(uid) ?? false
  }

  recentCount(): number {
    return this.#recent?.count((uid) => lowerBound(this.live.uids, this.#known, uid)) ?? 0
  }

  /** From `Live`, after a change: `live` has its new state. */
  flagsChanged(uids: ArrayLike<number>, modSeq: ModSeq): void {
    if (uids.length > 0 && this.#changes.push({ uids, modSeq }) > mostChanges) this.#spread()
  }

  /** From `Live`, before the messages leave it. */
  expunged(uids: readonly Uid[]): void {
    const known = uids.filter((uid) => uid < this.#unknownFrom)
    if (known.length === 0) return
    this.#known -= known.length
    this.#spread()
    for (const uid of known) this.#dirty?.delete(uid)
    this.#ghosts = this.#ghosts.length === 0 ? known : [...this.#ghosts, ...known].sort((a, b) => a - b)
  }

  /** From `Live`, when a change is complete. */
  changed(): void {
    this.onChange?.()
  }

  /** The session was told the flags of this message by another way. */
  told(uid: number): void {
    this.#spread()
    this.#dirty?.delete(uid)
  }

  /** The session wants not to be told what this change did to flags: its own (STORE .SILENT). */
  knows(modSeq: ModSeq): void {
    this.#changes = this.#changes.filter((change) => change.modSeq !== modSeq)
    for (const [uid, change] of this.#dirty ?? []) if (change === modSeq) this.#dirty?.delete(uid)
  }

  #spread(): void {
    if (this.#changes.length === 0) return
    for (const { uids, modSeq } of this.#changes.splice(0)) {
      this.#dirty ??= new Map()
      for (let i = 0; i < uids.length; i++) {
        const uid = uids[i] ?? 0
        if (uid < this.#unknownFrom) this.#dirty.set(uid, modSeq)
      }
    }
  }

  /** Tells the session what happened since it was last told. */
  async tell(out: Untagged, telling: Telling): Promise<void> {
    // While the client reads more can happen, all of it newer than this.
    const { modSeq } = this.live
    this.#spread()
    const complete = telling.expunges || this.#ghosts.length === 0
    if (telling.expunges && this.#ghosts.length > 0) await (telling.vanished ? this.#tellVanished(out) : this.#tellExpunges(out))
    if (this.#known < this.live.count || this.#unknownFrom < this.live.mailbox.uidNext) this.#tellExists(out)
    const flagsDue = this.owesFlags
    const withFlags = telling.skipFlags !== true
    if (withFlags) this.tellKeywords(out)
    if (flagsDue && withFlags) await this.#tellFlags(out, telling)
    if (complete && (withFlags || !flagsDue)) this.#toldModSeq = modSeq
  }

  /** A keyword is announced before the first FETCH that shows it. */
  tellKeywords(out: Untagged): void {
    if (this.#toldKeywordSets === this.live.keywordSets.length) return
    this.#toldKeywordSets = this.live.keywordSets.length
    out.text(flagsResponse(this.live))
  }

  /** The session leaves the mailbox. */
  close(): void {
    this.onChange = undefined
    this.live.trackers.delete(this)
  }

  /** From the last to the first, so that no number moves before it is named. More may go while the client reads. */
  async #tellExpunges(out: Untagged): Promise<void> {
    while (this.#ghosts.length > 0) {
      this.beforeExpunge?.(this.#ghosts)
      for (let told = 0; told < toldInOneGo; told++) {
        const ghost = this.#ghosts.pop()
        if (ghost === undefined) break
        out.text(`* ${lowerBound(this.live.uids, this.#known, ghost) + this.#ghosts.length + 1} EXPUNGE\r\n`)
      }
      await out.flow()
    }
    this.#toldRecent = Math.min(this.#toldRecent, this.recentCount())
  }

  /** Tells of messages that this session removed itself, and of no others. Which number one has does not change while others go that come later. */
  async tellRemoved(out: Untagged, uids: ReadonlySet<number>, vanished: boolean): Promise<void> {
    const gone = this.#ghosts.filter((uid) => uids.has(uid))
    if (gone.length === 0) return
    this.beforeExpunge?.(gone)
    if (vanished) out.text(`* VANISHED ${formatUidRanges(uidRanges(gone))}\r\n`)
    else {
      for (const [told, uid] of gone.toReversed().entries()) {
        out.text(`* ${this.toldSeqOf(uid)} EXPUNGE\r\n`)
        if ((told + 1) % toldInOneGo === 0) await out.flow()
      }
    }
    this.#ghosts = this.#ghosts.filter((uid) => !uids.has(uid))
    this.#toldRecent = Math.min(this.#toldRecent, this.recentCount())
  }

  async #tellVanished(out: Untagged): Promise<void> {
    while (this.#ghosts.length > 0) {
      this.beforeExpunge?.(this.#ghosts)
      const gone = this.#ghosts.splice(-vanishedInOneGo)
      out.text(`* VANISHED ${formatUidRanges(uidRanges(gone))}\r\n`)
      await out.flow()
    }
    this.#toldRecent = Math.min(this.#toldRecent, this.recentCount())
  }

  #tellExists(out: Untagged): void {
    const before = this.#known
    this.#known = this.live.count
    this.#unknownFrom = this.live.mailbox.uidNext
    if (this.#known === before) return
    out.text(`* ${this.exists} EXISTS\r\n`)
    const recent = this.recentCount()
    if (recent !== this.#toldRecent) out.text(`* ${recent} RECENT\r\n`)
    this.#toldRecent = recent
  }

  async #tellFlags(out: Untagged, { withUid, withModSeq }: Telling): Promise<void> {
    const dirty = [...(this.#dirty ?? [])]
    this.#dirty = undefined
    // In the order of the changes: a client that is cut off here has missed none before the last one it saw.
    if (withModSeq) dirty.sort(([, a], [, b]) => a - b)
    let told = 0
    for (const [uid] of dirty) {
      const index = this.live.indexOf(uid)
      if (index < 0) continue
      const flags = this.live.flagText(index, this.isRecent(uid))
      out.text(`* ${this.seqAt(index)} FETCH (${withUid ? `UID ${uid} ` : ''}FLAGS (${flags})${withModSeq ? ` MODSEQ (${this.live.modSeqs[index]})` : ''})\r\n`)
      if (++told % toldInOneGo === 0) await out.flow()
    }
  }

  /** Place in `live` of a number 1 … exists+1, or the place where the next message after that ghost is. */
  #place(seq: number): { readonly index: number; readonly ghost: boolean } {
    if (this.#ghosts.length === 0) return { index: seq - 1, ghost: false }
    // How many ghosts have a smaller number: the ghost at i has number (messages before it) + i + 1.
    let low = 0
    let high = this.#ghosts.length
    const numberOf = (i: number): number => lowerBound(this.live.uids, this.#known, this.#ghosts[i] ?? 0) + i + 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (numberOf(middle) < seq) low = middle + 1
      else high = middle
    }
    return { index: seq - 1 - low, ghost: low < this.#ghosts.length && numberOf(low) === seq }
  }

  /** UIDs at these [from, before) places; no copy where it is one range. */
  #collect(places: readonly (readonly [number, number])[]): Uint32Array {
    const { uids } = this.live
    const only = places[0]
    if (only === undefined) return uids.subarray(0, 0)
    if (places.length === 1) return uids.subarray(only[0], Math.max(only[0], only[1]))
    const collected = new Uint32Array(places.reduce((sum, [from, before]) => sum + Math.max(0, before - from), 0))
    let at = 0
    for (const [from, before] of places) {
      if (before <= from) continue
      collected.set(uids.subarray(from, before), at)
      at += before - from
    }
    return collected
  }
}

/** `* FLAGS (…)`: what is in use (RFC 9051 7.3.5). */
export function flagsResponse(live: Live): string {
  const keywords = live.keywordList()
  return `* FLAGS (${[settableFlags, ...keywords].join(' ')})\r\n`
}
