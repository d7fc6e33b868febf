import { signedIn, type ImapCommand } from '../command.ts'
import type { Flags } from '../../store/mailbox.ts'
import { type Completion, Refused } from '../outcome.ts'
import { parseDateTime } from '../parse/date.ts'
import { noFlags, parseFlagList } from '../parse/flags.ts'
import { parseMailboxName } from '../parse/mailbox-name.ts'
import { ImapSyntaxError, literalHead, type LiteralHead, type Scanner } from '../parse/scanner.ts'
import { nextLine } from '../read-command.ts'
import { receiveMessage } from '../receive-message.ts'
import { targetRefusal } from '../refusal.ts'
import { type Resolved, resolveMailbox } from '../resolve.ts'
import type { Session } from '../session.ts'

interface AppendCommand {
  readonly name: string
  readonly flags: Flags
  readonly internalDateMs: number | undefined
  readonly literal: LiteralHead
}

/** APPEND (RFC 9051 6.3.12), with APPENDUID (RFC 4315). What can be refused is refused before the message is sent. */
export const append: ImapCommand = {
  name: 'APPEND',
  states: signedIn,
  // The name may be a literal too; the message is the first or the second one.
  takesLiteral: (args, literalsBefore) => literalsBefore === (/^ \{\d+\+?\}$/.test(args) ? 1 : 0),
  async run(session, args) {
    const command = parseAppend(args, session.utf8)
    const { store, limits } = session
    if (command.literal.sizeOctets > limits.messageOctets) throw new Refused('TOOBIG', `a message has at most ${limits.messageOctets} octets`)
    const target = await resolveMailbox(session, command.name)
    if (target === undefined) throw targetRefusal('no-such-mailbox')
    session.literal = undefined
    const message = await receiveMessage(session, command.literal)
    try {
      await endOfCommand(session)
      if (message.fault !== undefined) throw message.fault
      const { flags, internalDateMs } = command
      const { accountId, mailbox } = target
      const outcome = await store.append(accountId, mailbox.mailboxId, { octets: message.octets, flags, internalDateMs })
      if (outcome.done === undefined) throw targetRefusal(outcome.refused)
      return await completion(session, target, outcome.done)
    } finally {
      await message.discard()
    }
  },
}

function parseAppend(args: Scanner, utf8: boolean): AppendCommand {
  args.space()
  const name = parseMailboxName(args, utf8)
  args.space()
  let flags = noFlags
  if (args.isOpen()) {
    flags = parseFlagList(args)
    args.space()
  }
  let internalDateMs: number | undefined
  if (args.isQuoted()) {
    internalDateMs = parseDateTime(args)
    args.space()
  }
  const literal = args.pendingLiteral()
  if (literal.binary) throw new Refused('CANNOT', 'binary literals are not supported')
  if (literal.sizeOctets === 0) throw new ImapSyntaxError('a message cannot be empty')
  return { name, flags, internalDateMs, literal }
}

/** One message in one command. What else there is, literals included, must be read all the same (`abandonLiteral`). */
async function endOfCommand(session: Session): Promise<void> {
  const line = await nextLine(session)
  if (line === '') return
  session.literal = literalHead(line)
  throw new ImapSyntaxError('expected the end of the command after the message')
}

async function completion(
  session: Session,
  { accountId, mailbox }: Resolved,
  { uid, uidValidity }: { readonly uid: number; readonly uidValidity: number },
): Promise<Completion> {
  // "If the mailbox is currently selected, normal new message actions SHOULD occur" (RFC 9051 6.3.12).
  const { selected } = session
  if (selected?.accountId === accountId && selected.mailboxId === mailbox.mailboxId) await selected.tracker.live.ask()
  return { code: `APPENDUID ${uidValidity} ${uid}`, text: 'APPEND completed' }
}
