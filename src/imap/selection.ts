import { BadCommand, Refused } from './outcome.ts'
import type { SequenceSet } from './parse/sequence-set.ts'
import type { Session } from './session.ts'
import type { Selection } from './view/tracker.ts'

/** The messages that a command names, by sequence number or UID; `$` is what SEARCH saved (RFC 5182). Throws BadCommand past the end. */
export function selection(session: Session, set: SequenceSet, byUid: boolean): Selection {
  const { tracker } = session.mustBeSelected()
  if (set === '$') return tracker.byUid(session.saved.map((uid) => [uid, uid]))
  if (byUid) return tracker.byUid(set)
  const selected = tracker.bySequence(set)
  if (selected === undefined) throw new BadCommand(`there are only ${tracker.exists} messages`)
  return selected
}

/**
 * After a command by number did what it could: another session removed some of the messages, and the client does not know
 * yet (RFC 2180 4.1; RFC 5530 EXPUNGEISSUED).
 */
export function throwIfSomeGone({ someGone }: Selection): void {
  if (someGone) throw new Refused('EXPUNGEISSUED', 'some of the messages are gone')
}
