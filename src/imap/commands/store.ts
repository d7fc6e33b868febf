import type { ModSeq } from '../../mail/ids.ts'
import { inMailbox, type ImapCommand } from '../command.ts'
import type { Flags } from '../../store/mailbox.ts'
import { type Completion, Refused } from '../outcome.ts'
import { parseStoreFlags } from '../parse/flags.ts'
import { parseUnchangedSince } from '../parse/mod-seq.ts'
import type { Scanner } from '../parse/scanner.ts'
import { parseSequenceSet } from '../parse/sequence-set.ts'
import { storeRefusal } from '../refusal.ts'
import { allowedFlags, noRight, settable } from '../rights.ts'
import { selection, throwIfSomeGone } from '../selection.ts'
import type { Session } from '../session.ts'
import { formatUidRanges, isWithin, uidRanges, type UidRanges } from '../../store/uid-ranges.ts'
import { storeRanges } from '../store-ranges.ts'
import type { Tracker } from '../view/tracker.ts'
import { FetchLines } from '../write/fetch-lines.ts'

/** STORE (RFC 9051 6.4.6; RFC 7162 3.1.3). */
export const store: ImapCommand = { name: 'STORE', states: inMailbox, keepsNumbers: true, run: (session, args) => storeFlags(session, args, false) }

export const uidStore: ImapCommand = { name: 'UID STORE', states: inMailbox, run: (session, args) => storeFlags(session, args, true) }

async function storeFlags(session: Session, args: Scanner, byUid: boolean): Promise<Completion> {
  args.space()
  const set = parseSequenceSet(args)
  args.space()
  const unchangedSince = parseUnchangedSince(args)
  const mode = args.maybe('+') ? 'add' : args.maybe('-') ? 'remove' : 'replace'
  const item = args.name('FLAGS or FLAGS.SILENT')
  if (item !== 'FLAGS' && item !== 'FLAGS.SILENT') throw args.fail('FLAGS or FLAGS.SILENT')
  args.space()
  const given = parseStoreFlags(args)
  args.end()
  const { accountId, mailboxId, tracker, rights } = session.mustBeSelected()
  if (tracker.readOnly) throw new Refused('READ-ONLY', 'the mailbox was opened with EXAMINE')
  const only = settable(rights)
  const flags = allowedFlags(given, only)
  // Of several flags those are changed that may be (RFC 4314 4).
  if (isNone(flags) && !isNone(given)) throw noRight()
  if (only?.system === 0 && !only.keywords) throw noRight()
  const chosen = selection(session, set, byUid)
  if (unchangedSince !== undefined) session.enableCondstore()
  if (chosen.uids.length === 0) {
    throwIfSomeGone(chosen)
    return { text: `${byUid ? 'UID ' : ''}STORE completed` }
  }
  const conditions = { ...(only && { only }), ...(unchangedSince !== undefined && { unchangedSince }) }
  const uids = storeRanges(tracker, chosen.uids)
  const outcome = await session.store.setFlags(accountId, mailboxId, uids, mode, flags, conditions)
  if (outcome.done === undefined) throw storeRefusal(outcome.refused)
  const { modSeq, since, modified } = outcome.done
  await tracker.live.reachFlags({ uids, mode, flags, ...conditions }, outcome.done)
  const stored = modified.length === 0 ? chosen.uids : chosen.uids.filter((uid) => !isWithin(uid, modified))
  const silent = item === 'FLAGS.SILENT'
  if (silent && modSeq > since) tracker.knows(modSeq)
  const withModSeq = session.enabled.has('CONDSTORE')
  // Silent or not, the client hears of the new modSeq (RFC 7162 3.1.3); without a condition, of no other.
  const answered = withModSeq && silent && unchangedSince === undefined ? tracker.live.changedSince(stored, (modSeq - 1) as ModSeq) : stored
  if (!silent || withModSeq) await new FetchLines(session, tracker).write(answered, { uid: byUid || withModSeq, flags: !silent, modSeq: withModSeq })
  const code = modifiedCode(tracker, modified, byUid)
  if (code === undefined) throwIfSomeGone(chosen)
  else if (chosen.someGone) throw new Refused(code, 'some of the messages are gone')
  return { ...(code !== undefined && { code }), text: `${byUid ? 'UID ' : ''}STORE completed` }
}

/** Messages that the condition kept from being changed (RFC 7162 3.1.3). */
function modifiedCode(tracker: Tracker, modified: UidRanges, byUid: boolean): `MODIFIED ${string}` | undefined {
  if (modified.length === 0) return undefined
  if (byUid) return `MODIFIED ${formatUidRanges(modified)}`
  const seqs: number[] = []
  for (const [first, last] of modified) for (let uid = first; uid <= last; uid++) seqs.push(tracker.seqOf(uid))
  // One that went meanwhile has no number.
  const known = seqs.filter((seq) => seq > 0)
  return known.length === 0 ? undefined : `MODIFIED ${formatUidRanges(uidRanges(known))}`
}

function isNone({ system, keywords }: Flags): boolean {
  return system === 0 && keywords === ''
}
