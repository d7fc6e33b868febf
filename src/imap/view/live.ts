import type { AccountId, MailboxId, ModSeq, Uid } from '../../mail/ids.ts'
import type { Mailbox, MailboxChanges, MailboxView } from '../../store/mailbox.ts'
import { changeFlags, setModSeqs, type FlagChange, type FlagColumns } from '../../store/change-flags.ts'
import type { Flagged, Store } from '../../store/store.ts'
import { formatFlags } from '../write/flags.ts'
import type { RecentRanges } from './recent.ts'
import { lowerBound } from '../../base/lower-bound.ts'
import type { Tracker } from './tracker.ts'

/** Keywords that FLAGS names (RFC 9051 7.3.5); others show in FETCH alone. People use a dozen. */
const mostAnnounced = 1_000

/**
 * What all sessions that have a mailbox open share: its UIDs and flags as of the newest change read. A session keeps only
 * where its own numbering differs (`Tracker`), so a thousand sessions on a big mailbox cost little more than one.
 *
 * `uids` is never written where a reader can see: new messages go behind `count` or into a new array, expunges make a new
 * array. A `subarray` taken before an `await` stays right. Flags are changed in place: readers want the newest.
 */
export class Live implements FlagColumns {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  mailbox: Mailbox
  /** The first `count` are in use, ascending. */
  uids: Uint32Array
  count: number
  system: Uint8Array
  keywords: Uint32Array
  keywordSets: string[]
  /** When each message changed last. */
  modSeqs: Float64Array
  /** The change up to which all of this is true. */
  modSeq: ModSeq
  /** The newest change that was heard of since the last one was asked for. */
  #heard = 0
  /** The mailbox was deleted. */
  gone = false
  readonly trackers = new Set<Tracker>()

  readonly #store: Store
  readonly #keywordIndex = new Map<string, number>()
  readonly #flagTexts: string[] = []
  #refreshing: Promise<void> | undefined
  #claims: Promise<void> = Promise.resolve()

  constructor(store: Store, accountId: AccountId, view: MailboxView) {
    this.#store = store
    this.accountId = accountId
    this.mailboxId = view.mailbox.mailboxId
    this.mailbox = view.mailbox
    this.uids = view.uids
    this.count = view.uids.length
    // Copies, since these are changed in place and the view is not ours alone.
    this.system = Uint8Array.from(view.system)
    this.keywords = Uint32Array.from(view.keywords)
    this.keywordSets = [...view.keywordSets]
    this.modSeqs = Float64Array.from(view.modSeqs)
    this.keywordSets.forEach((set, index) => this.#keywordIndex.set(set, index))
    this.modSeq = view.mailbox.highestModSeq
  }

  /** Bytes that this holds, for the cache. */
  get sizeBytes(): number {
    const keywordBytes = this.keywordSets.reduce((sum, set) => sum + 100 + set.length, 0)
    return 2_000 + this.uids.byteLength + this.system.byteLength + this.keywords.byteLength + this.modSeqs.byteLength + keywordBytes
  }

  /** The place of a UID; -1: not there. */
  indexOf(uid: number): number {
    const index = lowerBound(this.uids, this.count, uid)
    return index < this.count && this.uids[index] === uid ? index : -1
  }

  /** Those of ascending UIDs whose messages are there and changed after `since`. */
  changedSince(uids: Uint32Array, since: ModSeq): Uint32Array {
    let index = -1
    return uids.filter((uid) => {
      // Neighbours in a selection mostly are neighbours in the mailbox.
      index = index + 1 < this.count && this.uids[index + 1] === uid ? index + 1 : this.indexOf(uid)
      return index >= 0 && (this.modSeqs[index] ?? 0) > since
    })
  }

  /** Flags of the message at a place, as FETCH and STORE write them: `\\Seen $Work`, `\\Recent` first. */
  flagText(index: number, recent: boolean): string {
    const set = this.keywords[index] ?? 0
    const key = set * 64 + (this.system[index] ?? 0) * 2 + (recent ? 1 : 0)
    return (this.#flagTexts[key] ??= formatFlags(this.system[index] ?? 0, this.keywordSets[set] ?? '', recent))
  }

  /** Keywords in use, or used lately. Not more than `mostAnnounced`: the list is sent again for each new one. */
  keywordList(): string[] {
    const keywords = new Set<string>()
    for (const set of this.keywordSets) {
      if (set !== '') for (const keyword of set.split(' ')) keywords.add(keyword)
      if (keywords.size >= mostAnnounced) break
    }
    return [...keywords].slice(0, mostAnnounced)
  }

  /** Some session is in IDLE. */
  isWatched(): boolean {
    for (const tracker of this.trackers) if (tracker.onChange !== undefined) return true
    return false
  }

  /** Changes came after `modSeq`. */
  get stale(): boolean {
    return this.#heard > this.modSeq
  }

  /** Something happened that the trackers do not know yet. */
  get behind(): boolean {
    return (this.stale || this.#refreshing !== undefined) && !this.gone
  }

  /** Reads what happened until now, unless nothing did; then every tracker knows. Rejects as the store does. */
  async refresh(): Promise<void> {
    // What is being read at this moment may have been asked for before it happened: then once more, and that is enough.
    for (let reads = 0; reads < 2 && this.behind; reads++) await (this.#refreshing ??= this.#read())
  }

  /** There was a change: of this mailbox, or of the list of mailboxes. */
  hear(modSeq: ModSeq): void {
    if (modSeq > this.#heard) this.#heard = modSeq
  }

  /** Like `refresh`, for a caller that knows of a change: its own. */
  async reach(modSeq: ModSeq): Promise<void> {
    this.hear(modSeq)
    await this.refresh()
  }

  /** Like `reach`, for flags. Where nothing else has happened since they were read, the view does itself what the index has done. */
  async reachFlags(change: FlagChange, { since, modSeq }: Flagged): Promise<void> {
    if (this.modSeq !== since || this.#refreshing !== undefined || this.gone) return await this.reach(modSeq)
    const { places, unseen } = changeFlags(this, change)
    setModSeqs(this, places, modSeq)
    const uids = places.map((place) => this.uids[place] ?? 0)
    this.#keep({ ...this.mailbox, unseen: this.mailbox.unseen + unseen, highestModSeq: modSeq })
    for (const tracker of this.trackers) tracker.flagsChanged(uids, modSeq)
    for (const tracker of this.trackers) tracker.changed()
  }

  /** Like `refresh`, though nothing was heard: a notice from another node may still be on its way. */
  async ask(): Promise<void> {
    this.#heard = Infinity
    await this.refresh()
  }

  /** Makes what no session was told of as \Recent yet this session's. Rejects as the store does. */
  claimRecent(recent: RecentRanges): Promise<void> {
    const claimed = this.#claims.then(async () => {
      const { from, before } = await this.#store.takeRecent(this.accountId, this.mailboxId)
      recent.add(from, before)
    })
    // One after another, so that a session's ranges come in order; one that fails takes nothing.
    this.#claims = claimed.catch(() => {})
    return claimed
  }

  async #read(): Promise<void> {
    try {
      // Before the question: a notice that comes while it is on its way is about something newer.
      this.#heard = 0
      const changes = await this.#store.changes(this.accountId, this.mailboxId, this.modSeq)
      if (changes === undefined) {
        this.#end()
        return
      }
      const claimer = hasNew(changes, this.mailbox.uidNext) ? firstWritable(this.trackers) : undefined
      // Before anybody is told of the messages: who is told of them first has them as \Recent.
      if (claimer?.recent !== undefined) await this.claimRecent(claimer.recent)
      this.#apply(changes)
      for (const tracker of this.trackers) tracker.changed()
    } catch (error) {
      this.#heard = Infinity
      throw error
    } finally {
      this.#refreshing = undefined
    }
  }

  #end(): void {
    this.gone = true
    for (const tracker of this.trackers) tracker.changed()
  }

  #apply(changes: MailboxChanges): void {
    const uidNext = this.mailbox.uidNext
    const fresh = changes.changed.filter(({ uid }) => uid >= uidNext)
    if (changes.expunged.length > 0) this.#expunge(changes.expunged)
    const flagged = new Map<ModSeq, Uid[]>()
    for (const { uid, system, keywords, modSeq } of changes.changed) {
      if (uid >= uidNext) break
      const index = this.indexOf(uid)
      if (index < 0) continue
      this.system[index] = system
      this.keywords[index] = this.intern(keywords)
      this.modSeqs[index] = modSeq
      const uids = flagged.get(modSeq)
      if (uids === undefined) flagged.set(modSeq, [uid])
      else uids.push(uid)
    }
    for (const [modSeq, uids] of flagged) for (const tracker of this.trackers) tracker.flagsChanged(uids, modSeq)
    if (fresh.length > 0) this.#append(fresh)
    this.#keep(changes.mailbox)
  }

  #keep(mailbox: Mailbox): void {
    this.mailbox = mailbox
    this.modSeq = mailbox.highestModSeq
    if (this.keywordSets.length > 1_000 + 2 * this.count) this.#dropUnusedKeywordSets()
  }

  /** Sets that come and go would otherwise pile up as long as anybody has the mailbox open. */
  #dropUnusedKeywordSets(): void {
    const sets = this.keywordSets
    this.keywordSets = []
    this.#keywordIndex.clear()
    this.#flagTexts.length = 0
    for (let i = 0; i < this.count; i++) this.keywords[i] = this.intern(sets[this.keywords[i] ?? 0] ?? '')
  }

  #append(fresh: MailboxChanges['changed']): void {
    const count = this.count + fresh.length
    if (count > this.uids.length || this.system.length !== this.uids.length) this.#grow(Math.ceil(count * 1.125) + 16)
    fresh.forEach(({ uid, system, keywords, modSeq }, i) => {
      this.uids[this.count + i] = uid
      this.system[this.count + i] = system
      this.keywords[this.count + i] = this.intern(keywords)
      this.modSeqs[this.count + i] = modSeq
    })
    this.count = count
  }

  #grow(capacity: number): void {
    const grown = {
      uids: new Uint32Array(capacity),
      system: new Uint8Array(capacity),
      keywords: new Uint32Array(capacity),
      modSeqs: new Float64Array(capacity),
    }
    grown.uids.set(this.uids.subarray(0, this.count))
    grown.system.set(this.system.subarray(0, this.count))
    grown.keywords.set(this.keywords.subarray(0, this.count))
    grown.modSeqs.set(this.modSeqs.subarray(0, this.count))
    Object.assign(this, grown)
  }

  #expunge(expunged: readonly Uid[]): void {
    const gone = expunged.filter((uid) => this.indexOf(uid) >= 0)
    if (gone.length === 0) return
    for (const tracker of this.trackers) tracker.expunged(gone)
    const uids = new Uint32Array(this.uids.length)
    let next = 0
    let kept = 0
    for (let i = 0; i < this.count; i++) {
      const uid = this.uids[i] ?? 0
      if (uid === gone[next]) {
        next++
        continue
      }
      uids[kept] = uid
      this.system[kept] = this.system[i] ?? 0
      this.keywords[kept] = this.keywords[i] ?? 0
      this.modSeqs[kept] = this.modSeqs[i] ?? 0
      kept++
    }
    this.uids = uids
    this.count = kept
  }

  intern(keywords: string): number {
    let index = this.#keywordIndex.get(keywords)
    if (index === undefined) {
      index = this.keywordSets.length
      this.keywordSets.push(keywords)
      this.#keywordIndex.set(keywords, index)
    }
    return index
  }
}

function hasNew(changes: MailboxChanges, uidNext: Uid): boolean {
  return (changes.changed.at(-1)?.uid ?? 0) >= uidNext
}

function firstWritable(trackers: ReadonlySet<Tracker>): Tracker | undefined {
  for (const tracker of trackers) if (!tracker.readOnly && tracker.recent !== undefined) return tracker
  return undefined
}
