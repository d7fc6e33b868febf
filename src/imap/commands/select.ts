import { signedIn, type ImapCommand } from '../command.ts'
import { mailboxObjectId } from '../object-id.ts'
import { BadCommand, Refused, type Completion } from '../outcome.ts'
import { parseNamed, separator } from '../parse/mailbox-name.ts'
import { parseSelectParameters } from '../parse/mod-seq.ts'
import type { Scanner } from '../parse/scanner.ts'
import { sharedMailboxes } from '../other-users.ts'
import { type Resolved, resolveMailbox } from '../resolve.ts'
import { resync } from '../resync.ts'
import { mayChange, mustHave, settable } from '../rights.ts'
import type { Selected, Session } from '../session.ts'
import type { Live } from '../view/live.ts'
import { RecentRanges } from '../view/recent.ts'
import { flagsResponse, Tracker } from '../view/tracker.ts'
import { settableFlags } from '../write/flags.ts'
import { listedName } from '../write/listed-name.ts'
import { type SystemFlag, systemFlags } from '../../store/mailbox.ts'

/** SELECT (RFC 9051 6.3.2; RFC 7162 3.1.8, 3.2.5). */
export const select: ImapCommand = { name: 'SELECT', states: signedIn, run: (session, args) => open(session, args, false) }

/** EXAMINE (RFC 9051 6.3.3): SELECT that changes nothing, \Recent included. */
export const examine: ImapCommand = { name: 'EXAMINE', states: signedIn, run: (session, args) => open(session, args, true) }

async function open(session: Session, args: Scanner, examines: boolean): Promise<Completion> {
  args.space()
  const { name, sent } = parseNamed(args, session.utf8)
  const { condstore, known } = parseSelectParameters(args)
  args.end()
  if (known !== undefined && !session.enabled.has('QRESYNC')) throw new BadCommand('QRESYNC needs ENABLE QRESYNC first')
  // What follows is about another mailbox (RFC 7162 3.2.11).
  if (session.selected !== undefined) session.out.text('* OK [CLOSED] the mailbox before it is closed\r\n')
  // Even a SELECT that fails leaves the mailbox that was open (RFC 9051 6.3.2).
  session.unselect()
  const found = await resolveMailbox(session, name)
  if (found !== undefined) mustHave(found.rights, 'r')
  const live = found && (await session.views.open(found.accountId, found.mailbox.mailboxId))
  if (found === undefined || live === undefined) throw new Refused('NONEXISTENT', 'no such mailbox')
  const readOnly = examines || !mayChange(found.rights)
  const recent = session.rev2 ? undefined : new RecentRanges()
  try {
    if (readOnly) recent?.add(found.mailbox.recentFrom, Infinity)
    else if (recent !== undefined && found.mailbox.recentFrom < live.mailbox.uidNext) await live.claimRecent(recent)
  } catch (error) {
    session.views.release(live)
    throw error
  }
  const tracker = new Tracker(live, readOnly, recent)
  session.selected = { accountId: live.accountId, mailboxId: live.mailboxId, tracker, rights: found.rights }
  describe(session, live, { tracker, rights: found.rights })
  if (session.rev2) session.out.utf8(listedName(found.mailbox.name, { sent, utf8: session.utf8, attributes: await attributesOf(session, found) }))
  if (condstore) session.enabled.add('CONDSTORE')
  if (known !== undefined) await resync(session, known)
  return { code: readOnly ? 'READ-ONLY' : 'READ-WRITE', text: `${examines ? 'EXAMINE' : 'SELECT'} completed` }
}

function describe(session: Session, live: Live, { tracker, rights }: Pick<Selected, 'tracker' | 'rights'>): void {
  const { uidValidity, uidNext } = live.mailbox
  // IMAP4rev2 has dropped both (RFC 9051 appendix E).
  const recent = session.rev2 ? '' : `* ${tracker.recentCount()} RECENT\r\n`
  const unseen = session.rev2 ? 0 : firstUnseen(live)
  session.out.text(
    `* ${tracker.exists} EXISTS\r\n${recent}${flagsResponse(live)}` +
      (tracker.readOnly ? '* OK [PERMANENTFLAGS ()] read-only\r\n' : `* OK [PERMANENTFLAGS (${permanentFlags(live, rights)})] kept\r\n`) +
      (unseen === 0 ? '' : `* OK [UNSEEN ${unseen}] first unseen\r\n`) +
      `* OK [UIDVALIDITY ${uidValidity}] valid\r\n* OK [UIDNEXT ${uidNext}] next\r\n` +
      `* OK [MAILBOXID (${mailboxObjectId(live.accountId, live.mailboxId)})] wherever it goes\r\n` +
      `* OK [HIGHESTMODSEQ ${tracker.toldModSeq}] all that happened\r\n`,
  )
}

/** As LIST has them (RFC 9051 6.3.2: they must be accurate). */
async function attributesOf(session: Session, { accountId, mailbox }: Resolved): Promise<string> {
  const below = `${mailbox.name}${separator}`
  const hasChildren =
    accountId === session.accountId
      ? await session.store.hasChildren(accountId, mailbox.name)
      : (await sharedMailboxes(session)).some((other) => other.mailbox.name.startsWith(below))
  return `${hasChildren ? '\\HasChildren' : '\\HasNoChildren'}${mailbox.specialUse === null ? '' : ` ${mailbox.specialUse}`}`
}

/** Those that this session may change (RFC 4314 5.2). */
function permanentFlags(live: Live, rights: string): string {
  const only = settable(rights)
  const system = settableFlags.split(' ').filter((flag) => only === undefined || (only.system & (systemFlags[flag as SystemFlag] ?? 0)) !== 0)
  return [...system, ...(only?.keywords === false ? [] : [...live.keywordList(), '\\*'])].join(' ')
}

/** Sequence number of the first message without \Seen; 0: none. */
function firstUnseen(live: Live): number {
  for (let i = 0; i < live.count; i++) if (((live.system[i] ?? 0) & systemFlags['\\Seen']) === 0) return i + 1
  return 0
}
