import type { ModSeq } from '../mail/ids.ts'
import { commonUidRanges, formatUidRanges, type UidRanges } from '../store/uid-ranges.ts'
import type { Known, KnownSet } from './parse/mod-seq.ts'
import { resolveRanges, star, type SequenceSet } from './parse/sequence-set.ts'
import type { Session } from './session.ts'
import type { Tracker } from './view/tracker.ts'
import { FetchLines } from './write/fetch-lines.ts'

/** Ranges in one VANISHED (EARLIER); at most 22 octets each. */
const rangesInOneGo = 500
const everything: KnownSet = [[1, star]]

/** SELECT (QRESYNC …): what a client that was here before has missed (RFC 7162 3.2.5). Nothing where its UIDs have become invalid. */
export async function resync(session: Session, { uidValidity, modSeq, uids = everything, match }: Known): Promise<void> {
  const { tracker } = session.mustBeSelected()
  if (uidValidity !== tracker.live.mailbox.uidValidity || modSeq >= tracker.toldModSeq) return
  const past = match === undefined ? 0 : matchingUpTo(tracker, match)
  await tellVanished(session, uids, { since: modSeq, past })
  const changed = tracker.live.changedSince(tracker.byUid(uids).uids, modSeq)
  await new FetchLines(session, tracker).write(changed, { uid: true, flags: true, modSeq: true })
}

/** The greatest UID that is at the place where the client thinks it is: up to there it knows what went (RFC 7162 3.2.5.2). 0: none. */
function matchingUpTo(tracker: Tracker, { seqs, uids }: NonNullable<Known['match']>): number {
  let matching = 0
  let place = 0
  let uid = (uids[0]?.[0] ?? 0) - 1
  for (const [from, to] of seqs) {
    for (let seq = from; seq <= to; seq++) {
      if (seq > tracker.exists) return matching
      if (++uid > (uids[place]?.[1] ?? 0)) uid = uids[++place]?.[0] ?? 0
      if (tracker.uidAt(seq) === uid) matching = uid
    }
  }
  return matching
}

/**
 * `* VANISHED (EARLIER) …`: which of these UIDs went after `since`, as far as the session has been told that they did (RFC 7162 3.2.10.1). Written
 * as the client takes it: a mailbox can have lost millions.
 */
export async function tellVanished(session: Session, set: SequenceSet, { since, past }: { readonly since: ModSeq; readonly past: number }): Promise<void> {
  const { accountId, mailboxId, tracker } = session.mustBeSelected()
  // `*` reaches to the last UID that there was: it may be that very one which went.
  const largest = tracker.live.mailbox.uidNext - 1
  const asked = set === '$' ? session.saved.map((uid): [number, number] => [uid, uid]) : resolveRanges(set, largest)
  const known = asked.filter(([, last]) => last > past).map(([first, last]): [number, number] => [Math.max(first, past + 1), last])
  if (known.length === 0) return
  for await (const gone of session.store.expunged(accountId, mailboxId, since, tracker.toldModSeq)) await write(session, gone, known)
}

async function write(session: Session, gone: UidRanges, known: UidRanges): Promise<void> {
  let ranges: (readonly [number, number])[] = []
  const line = async (): Promise<void> => {
    session.out.text(`* VANISHED (EARLIER) ${formatUidRanges(ranges)}\r\n`)
    ranges = []
    await session.out.flow()
  }
  for (const range of commonUidRanges(gone, known)) if (ranges.push(range) >= rangesInOneGo) await line()
  if (ranges.length > 0) await line()
}
