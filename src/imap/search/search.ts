import { type Score, type Sought, sought } from '../../fulltext/sought.ts'
import { messageLimits } from '../../message/limits.ts'
import { findSection } from '../../message/section.ts'
import type { Message } from '../../store/mailbox.ts'
import type { SearchKey } from '../parse/search.ts'
import type { Session } from '../session.ts'
import { readingRanges, Wanted } from '../store-ranges.ts'
import type { Tracker } from '../view/tracker.ts'
import type { Progress } from '../write/in-progress.ts'
import { AbsentTexts, wantedText } from './absent.ts'
import { answersFromColumns } from './columns.ts'
import { type HeaderKey, MessageHeader } from './header.ts'
import { depthOf, type Facts, headerKeys, leaves, Matcher, textKeys } from './matcher.ts'
import { Pauses } from './pauses.ts'

/** Messages decided by the view alone before the clock is looked at. */
const messagesInOneGo = 100
/** Messages whose texts are looked through as one, and their octets: other searches have their turn in between. */
const batchMessages = 64
const batchBytes = 4 * 1_048_576

export interface SearchOptions {
  /** Ascending; all that have a number unless given. */
  readonly among?: Uint32Array
  /** Here it is noted how well each message is found (RFC 6203 4), by UID. */
  readonly scores?: Map<number, Score>
  /** Told while messages are read. */
  readonly progress?: Progress
}

/**
 * UIDs, ascending, of the messages for which the key holds. What the view can decide costs no reading; then come columns of the index, which
 * answer a key for all messages at once, then what the text index knows, then rows of the index, header sections and texts: each only for
 * messages that are still undecided.
 */
export async function search(
  session: Session,
  tracker: Tracker,
  key: SearchKey,
  { among = tracker.all(), scores, progress }: SearchOptions = {},
): Promise<number[]> {
  const nowMs = session.dependencies.clock.now()
  const matcher = new Matcher(tracker, key, { nowMs, saved: session.saved, scores })
  const pauses = new Pauses()
  const byView = await decideEach(tracker, among, (facts) => matcher.decide(facts), pauses)
  if (byView.undecided.length === 0) return byView.matched
  matcher.answers = await answersFromColumns({ session, tracker, nowMs, pauses }, key, Uint32Array.from(byView.undecided))
  const byColumns =
    matcher.answers.size === 0
      ? { matched: [], undecided: byView.undecided }
      : await decideEach(tracker, byView.undecided, (facts) => matcher.decide(facts), pauses)
  const absent = await AbsentTexts.of(session, tracker, byColumns.undecided.length === 0 ? [] : textKeys(key))
  const byAbsence = absent.isEmpty
    ? { matched: [], undecided: byColumns.undecided }
    : await decideEach(tracker, byColumns.undecided, (facts) => matcher.decide({ ...facts, absent: absent.in(facts.uid) }), pauses)
  const unread = byAbsence.undecided
  const read = unread.length === 0 ? [] : await new Reader(session, tracker, { matcher, key, absent, progress }).search(Uint32Array.from(unread))
  const parts = [byView.matched, byColumns.matched, byAbsence.matched, read].filter(({ length }) => length > 0)
  return parts.length === 1 ? (parts[0] ?? []) : parts.flat().sort((a, b) => a - b)
}

/** Messages (ascending UIDs) of which it holds, and those of which it is not known; those that have gone are neither. */
async function decideEach(
  tracker: Tracker,
  uids: ArrayLike<number>,
  decide: (facts: Facts) => boolean | undefined,
  pauses: Pauses,
): Promise<{ readonly matched: number[]; readonly undecided: number[] }> {
  const matched: number[] = []
  const undecided: number[] = []
  let index = -1
  for (let at = 0; at < uids.length; at++) {
    if (at % messagesInOneGo === 0) await pauses.due()
    const uid = uids[at] as number
    const next = index + 1
    index = tracker.live.uids[next] === uid ? next : tracker.live.indexOf(uid)
    if (index < 0) continue
    const decided = decide({ uid, seq: tracker.seqAt(index), index })
    if (decided === true) matched.push(uid)
    else if (decided === undefined) undecided.push(uid)
  }
  return { matched, undecided }
}

type ReadFacts = Facts & { readonly message: Message }

/** Reads what is needed of messages that the view does not decide. */
class Reader {
  readonly #session: Session
  readonly #tracker: Tracker
  readonly #matcher: Matcher
  readonly #key: SearchKey
  readonly #absent: AbsentTexts
  readonly #progress: Progress | undefined
  readonly #pauses = new Pauses()

  constructor(
    session: Session,
    tracker: Tracker,
    {
      matcher,
      key,
      absent,
      progress,
    }: { readonly matcher: Matcher; readonly key: SearchKey; readonly absent: AbsentTexts; readonly progress: Progress | undefined },
  ) {
    this.#session = session
    this.#tracker = tracker
    this.#matcher = matcher
    this.#key = key
    this.#absent = absent
    this.#progress = progress
  }

  async search(uids: Uint32Array): Promise<number[]> {
    const { store } = this.#session
    const depth = depthOf(this.#key)
    const headers = await this.#headers()
    const matched: number[] = []
    const columns = { parts: depth === 'header' || depth === 'body' }
    const pages = store.messages(this.#tracker.live.accountId, this.#tracker.live.mailboxId, readingRanges(this.#tracker, uids), columns)
    const wanted = new Wanted(uids)
    let done = 0
    for await (const page of pages) {
      const undecided: ReadFacts[] = []
      for (const message of page) {
        if (!wanted.has(message.uid)) continue
        const index = this.#tracker.live.indexOf(message.uid)
        const seq = this.#tracker.seqOf(message.uid)
        // Gone since.
        if (index < 0 || seq === 0) continue
        let facts: ReadFacts = { uid: message.uid, seq, index, absent: this.#absent.in(message.uid), message }
        let decided = this.#matcher.decide(facts)
        if (decided === undefined && headers !== undefined) {
          facts = await headers.read(facts)
          decided = this.#matcher.decide(facts)
        }
        if (decided === true) matched.push(message.uid)
        else if (decided === undefined) undecided.push(facts)
        await this.#pauses.due()
      }
      if (undecided.length > 0) matched.push(...(await this.#byTexts(undecided)))
      done += page.length
      // Some are read along with those that are looked for.
      this.#progress?.(Math.min(done, uids.length), uids.length)
      this.#session.peer.deadline(this.#session.limits.idleMs)
      await new Promise(setImmediate)
    }
    return matched.sort((a, b) => a - b)
  }

  /** undefined: there is nothing to be read in header sections. */
  async #headers(): Promise<Headers | undefined> {
    const { answers } = this.#matcher
    const keys = headerKeys(this.#key).filter((leaf) => !answers.has(leaf))
    const needsDate = leaves(this.#key).some((leaf) => leaf.kind === 'date' && leaf.sent && !answers.has(leaf))
    if (keys.length === 0 && !needsDate) return undefined
    const soughts = await Promise.all(keys.map(async (key) => [key, await sought(key)] as const))
    return new Headers(this.#session, soughts, this.#pauses)
  }

  /** Those of which it holds; what is left undecided does not match. */
  async #byTexts(undecided: readonly ReadFacts[]): Promise<number[]> {
    const keys = textKeys(this.#key)
    const texts = keys.map(wantedText)
    const matched: number[] = []
    for (const batch of batches(undecided)) {
      const found = await this.#session.store.findTexts(
        batch.map(({ message: { body, parts } }) => ({ body, parts })),
        texts,
      )
      for (const [index, facts] of batch.entries()) {
        const scores = new Map(facts.scores)
        for (const [at, key] of keys.entries()) scores.set(key, found[index]?.[at] ?? 0)
        if (this.#matcher.decide({ ...facts, scores }) === true) matched.push(facts.uid)
      }
    }
    return matched
  }
}

function* batches(messages: readonly ReadFacts[]): Generator<readonly ReadFacts[]> {
  let batch: ReadFacts[] = []
  let bytes = 0
  for (const facts of messages) {
    batch.push(facts)
    bytes += facts.message.sizeBytes
    if (batch.length < batchMessages && bytes < batchBytes) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

/** What is looked for in header sections. */
class Headers {
  readonly #session: Session
  readonly #soughts: readonly (readonly [HeaderKey, Sought])[]
  readonly #pauses: Pauses

  constructor(session: Session, soughts: readonly (readonly [HeaderKey, Sought])[], pauses: Pauses) {
    this.#session = session
    this.#soughts = soughts
    this.#pauses = pauses
  }

  async read(facts: ReadFacts): Promise<ReadFacts> {
    const header = await this.#header(facts.message)
    const scores = new Map<SearchKey, Score>()
    for (const [key, wanted] of this.#soughts) {
      scores.set(key, header.score(key, wanted))
      await this.#pauses.due()
    }
    return { ...facts, header, scores }
  }

  async #header(message: Message): Promise<MessageHeader> {
    const range = findSection(message.parts, { path: [], of: 'header' }, message.body)
    if (range === undefined || range.end === range.start) return new MessageHeader(new Uint8Array(0))
    return new MessageHeader(await this.#session.store.read(message.body, range.start, Math.min(range.end, range.start + messageLimits.headerOctets)))
  }
}
