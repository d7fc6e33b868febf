import type { Uid } from '../../mail/ids.ts'
import { withUpload } from '../append/upload.ts'
import { inMailbox, type ImapCommand } from '../command.ts'
import { type Completion, Refused } from '../outcome.ts'
import { parseMailboxName } from '../parse/mailbox-name.ts'
import type { Scanner } from '../parse/scanner.ts'
import { targetRefusal } from '../refusal.ts'
import { resolveTarget } from '../resolve.ts'
import { allowedMessages, mustHave } from '../rights.ts'
import { selection, throwIfSomeGone } from '../selection.ts'
import type { Session } from '../session.ts'
import { appendUid } from './append.ts'

/** After the number and the name, which may be a literal. */
const takesLiteral: ImapCommand['takesLiteral'] = (args, literalsBefore) => literalsBefore === (/^ \S+ \{\d+\+?\}$/.test(args) ? 1 : 0)

/** REPLACE (RFC 8508): a new message comes and an old one goes in one step, or neither. */
export const replace: ImapCommand = { name: 'REPLACE', states: inMailbox, takesLiteral, run: (session, args) => replaceMessage(session, args, false) }

export const uidReplace: ImapCommand = { name: 'UID REPLACE', states: inMailbox, takesLiteral, run: (session, args) => replaceMessage(session, args, true) }

async function replaceMessage(session: Session, args: Scanner, byUid: boolean): Promise<Completion> {
  args.space()
  const number = args.nzNumber('a message number')
  args.space()
  const name = parseMailboxName(args, session.utf8)
  const { accountId, mailboxId, tracker, rights } = session.mustBeSelected()
  if (tracker.readOnly) throw new Refused('READ-ONLY', 'the mailbox was opened with EXAMINE')
  mustHave(rights, 't', 'e')
  const chosen = selection(session, [[number, number]], byUid)
  throwIfSomeGone(chosen)
  const [uid] = chosen.uids
  if (uid === undefined) throw new Refused('NONEXISTENT', 'there is no such message')
  const target = await resolveTarget(session, name)
  if (target === undefined) throw targetRefusal('no-such-mailbox')
  mustHave(target.rights, 'i')
  // One record of the log is of one account.
  if (target.accountId !== accountId) throw new Refused('CANNOT', 'a message of one account cannot be replaced by one of another')
  const replaces = { mailboxId, uid: uid as Uid }
  const outcome = await withUpload(session, args, 1, (incoming) =>
    session.store.append(accountId, target.mailboxId, { ...allowedMessages(incoming, target.rights), replaces }),
  )
  if (outcome.done === undefined) throw targetRefusal(outcome.refused)
  await session.notify?.own.added({ accountId, mailboxId: target.mailboxId }, outcome.done.uids)
  await session.notify?.own.removed({ accountId, mailboxId }, [uid])
  // Before the EXPUNGE (RFC 8508 3.3).
  session.out.text(`* OK [${appendUid(outcome.done)}] replacement is there\r\n`)
  await tracker.live.ask()
  return { text: `${byUid ? 'UID ' : ''}REPLACE completed` }
}
