import { messageLimits } from '../../message/limits.ts'
import { findSection } from '../../message/section.ts'
import type { Message } from '../../store/mailbox.ts'
import type { SearchKey } from '../parse/search.ts'
import type { Session } from '../session.ts'
import { readingRanges, Wanted } from '../store-ranges.ts'
import type { Tracker } from '../view/tracker.ts'
import { findInBody } from './body.ts'
import { MessageHeader } from './header.ts'
import { depthOf, Matcher, textKeys, type Facts } from './matcher.ts'

/** Messages decided by the view alone before others get their turn. */
const messagesInOneGo = 10_000

/**
 * UIDs, ascending, of the messages for which the key holds. What the view can decide costs no reading; then come the rows of
 * the index, then header sections, then bodies, each only for messages that are still undecided.
 */
export async function search(session: Session, tracker: Tracker, key: SearchKey): Promise<number[]> {
  const matcher = new Matcher(tracker, key, { nowMs: session.dependencies.clock.now(), saved: session.saved })
  const matched: number[] = []
  const undecided: number[] = []
  const uids = tracker.all()
  let index = -1
  for (let i = 0; i < uids.length; i++) {
    if (i % messagesInOneGo === messagesInOneGo - 1) await new Promise(setImmediate)
    const uid = uids[i] ?? 0
    index = tracker.live.uids[index + 1] === uid ? index + 1 : tracker.live.indexOf(uid)
    if (index < 0) continue
    const decided = matcher.decide({ uid, seq: tracker.seqAt(index), index })
    if (decided === true) matched.push(uid)
    else if (decided === undefined) undecided.push(uid)
  }
  if (undecided.length === 0) return matched
  matched.push(...(await new Reader(session, tracker, { matcher, key }).search(Uint32Array.from(undecided))))
  return matched.sort((a, b) => a - b)
}

/** Reads what is needed of messages that the view does not decide. */
class Reader {
  readonly #session: Session
  readonly #tracker: Tracker
  readonly #matcher: Matcher
  readonly #key: SearchKey

  constructor(session: Session, tracker: Tracker, { matcher, key }: { readonly matcher: Matcher; readonly key: SearchKey }) {
    this.#session = session
    this.#tracker = tracker
    this.#matcher = matcher
    this.#key = key
  }

  async search(uids: Uint32Array): Promise<number[]> {
    const { store, accountId } = this.#session
    const depth = depthOf(this.#key)
    const matched: number[] = []
    const columns = { parts: depth === 'header' || depth === 'body' }
    const pages = store.messages(accountId, this.#tracker.live.mailboxId, readingRanges(this.#tracker, uids), columns)
    const wanted = new Wanted(uids)
    for await (const page of pages) {
      for (const message of page) {
        if (!wanted.has(message.uid)) continue
        const index = this.#tracker.live.indexOf(message.uid)
        const seq = this.#tracker.seqOf(message.uid)
        // Gone since.
        if (index < 0 || seq === 0) continue
        if (await this.#matches({ uid: message.uid, seq, index, message }, message)) matched.push(message.uid)
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
    const byHeader = this.#matcher.decide({ ...facts, header })
    if (byHeader !== undefined) return byHeader
    const found = await findInBody(this.#session.store, message, textKeys(this.#key))
    return this.#matcher.decide({ ...facts, header, found }) ?? false
  }

  async #header(message: Message): Promise<MessageHeader> {
    const range = findSection(message.parts, { path: [], of: 'header' }, message.body)
    if (range === undefined || range.end === range.start) return new MessageHeader(new Uint8Array(0))
    return new MessageHeader(await this.#session.store.read(message.body, range.start, Math.min(range.end, range.start + messageLimits.headerOctets)))
  }
}
