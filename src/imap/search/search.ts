import { messageLimits } from '../../message/limits.ts'
import { findSection } from '../../message/section.ts'
import type { Message } from '../../store/mailbox.ts'
import type { SearchKey } from '../parse/search.ts'
import type { Session } from '../session.ts'
import { readingRanges, Wanted } from '../store-ranges.ts'
import type { Tracker } from '../view/tracker.ts'
import { AbsentTexts } from './absent.ts'
import { findInBody, type TextKey } from './body.ts'
import { answersFromColumns } from './columns.ts'
import { type HeaderKey, MessageHeader } from './header.ts'
import { depthOf, headerKeys, Matcher, textKeys, type Facts } from './matcher.ts'
import { Pauses } from './pauses.ts'

/** Messages decided by the view alone before the clock is looked at. */
const messagesInOneGo = 100
/** So many keys of one header section are answered without a look at the clock: a section of 1 MB takes milliseconds for each. */
const keysInOneGo = 8

/**
 * UIDs, ascending, of the messages for which the key holds; `among` ascend too. What the view can decide costs no reading; then come columns of the index, which
 * answer a key for all messages at once, then what the text index knows, then rows of the index, header sections and bodies: each only for
 * messages that are still undecided.
 */
export async function search(session: Session, tracker: Tracker, key: SearchKey, among: Uint32Array = tracker.all()): Promise<number[]> {
  const nowMs = session.dependencies.clock.now()
  const matcher = new Matcher(tracker, key, { nowMs, saved: session.saved })
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
  const read = unread.length === 0 ? [] : await new Reader(session, tracker, { matcher, key, absent }).search(Uint32Array.from(unread))
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

/** Reads what is needed of messages that the view does not decide. */
class Reader {
  readonly #session: Session
  readonly #tracker: Tracker
  readonly #matcher: Matcher
  readonly #key: SearchKey
  readonly #headerKeys: readonly HeaderKey[]
  readonly #textKeys: readonly TextKey[]
  readonly #absent: AbsentTexts
  readonly #pauses = new Pauses()

  constructor(
    session: Session,
    tracker: Tracker,
    { matcher, key, absent }: { readonly matcher: Matcher; readonly key: SearchKey; readonly absent: AbsentTexts },
  ) {
    this.#session = session
    this.#tracker = tracker
    this.#matcher = matcher
    this.#key = key
    this.#headerKeys = headerKeys(key).filter((leaf) => !matcher.answers.has(leaf))
    this.#textKeys = textKeys(key)
    this.#absent = absent
  }

  async search(uids: Uint32Array): Promise<number[]> {
    const { store } = this.#session
    const depth = depthOf(this.#key)
    const matched: number[] = []
    const columns = { parts: depth === 'header' || depth === 'body' }
    const pages = store.messages(this.#tracker.live.accountId, this.#tracker.live.mailboxId, readingRanges(this.#tracker, uids), columns)
    const wanted = new Wanted(uids)
    for await (const page of pages) {
      for (const message of page) {
        if (!wanted.has(message.uid)) continue
        const index = this.#tracker.live.indexOf(message.uid)
        const seq = this.#tracker.seqOf(message.uid)
        // Gone since.
        if (index < 0 || seq === 0) continue
        if (await this.#matches({ uid: message.uid, seq, index, absent: this.#absent.in(message.uid), message }, message)) matched.push(message.uid)
        await this.#pauses.due()
      }
      this.#session.peer.deadline(this.#session.limits.idleMs)
      await new Promise(setImmediate)
    }
    return matched
  }

  async #matches(facts: Facts, message: Message): Promise<boolean> {
    const byIndex = this.#matcher.decide(facts)
    if (byIndex !== undefined) return byIndex
    const header = await this.#header(message)
    if (this.#headerKeys.length > keysInOneGo) await this.#answer(header)
    const byHeader = this.#matcher.decide({ ...facts, header })
    if (byHeader !== undefined) return byHeader
    const found = await findInBody(this.#session.store, message, this.#textKeys, this.#pauses)
    return this.#matcher.decide({ ...facts, header, found }) ?? false
  }

  /** Beforehand, with pauses between: `decide` has none. */
  async #answer(header: MessageHeader): Promise<void> {
    for (const key of this.#headerKeys) {
      header.holds(key)
      await this.#pauses.due()
    }
  }

  async #header(message: Message): Promise<MessageHeader> {
    const range = findSection(message.parts, { path: [], of: 'header' }, message.body)
    if (range === undefined || range.end === range.start) return new MessageHeader(new Uint8Array(0))
    return new MessageHeader(await this.#session.store.read(message.body, range.start, Math.min(range.end, range.start + messageLimits.headerOctets)))
  }
}
