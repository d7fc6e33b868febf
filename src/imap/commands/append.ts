import type { Added } from '../../store/store.ts'
import { formatUidRanges, uidRanges } from '../../store/uid-ranges.ts'
import { withUpload } from '../append/upload.ts'
import { signedIn, type ImapCommand } from '../command.ts'
import { grammarLimits } from '../limits.ts'
import { parseNamed } from '../parse/mailbox-name.ts'
import { targetRefusal } from '../refusal.ts'
import { resolveTarget } from '../resolve.ts'
import { allowedMessages, mustHave } from '../rights.ts'
import { tellName } from '../write/listed-name.ts'

/** APPEND (RFC 9051 6.3.12) of one message or several (RFC 3502), which may be made of what is there (CATENATE, RFC 4469). All come or none. */
export const append: ImapCommand = {
  name: 'APPEND',
  states: signedIn,
  // The name may be a literal too; whatever literals follow it, upload.ts reads.
  takesLiteral: (args, literalsBefore) => literalsBefore === (/^ \{\d+\+?\}$/.test(args) ? 1 : 0),
  async run(session, args) {
    args.space()
    const { name, sent } = parseNamed(args, session.utf8)
    const target = await resolveTarget(session, name)
    if (target === undefined) throw targetRefusal('no-such-mailbox')
    mustHave(target.rights, 'i')
    const { accountId, mailboxId } = target
    const outcome = await withUpload(session, args, grammarLimits.appendMessages, (incoming) =>
      session.store.append(accountId, mailboxId, allowedMessages(incoming, target.rights)),
    )
    if (outcome.done === undefined) throw targetRefusal(outcome.refused)
    await session.notify?.own.added({ accountId, mailboxId }, outcome.done.uids)
    tellName(session, name, sent)
    // "If the mailbox is currently selected, normal new message actions SHOULD occur" (RFC 9051 6.3.12).
    const { selected } = session
    if (selected?.accountId === accountId && selected.mailboxId === mailboxId) await selected.tracker.live.ask()
    return { code: appendUid(outcome.done), text: 'APPEND completed' }
  },
}

/** RFC 4315 3: UIDs in the order of the messages, which is ascending. */
export function appendUid({ uids, uidValidity }: Added): string {
  return `APPENDUID ${uidValidity} ${formatUidRanges(uidRanges(uids))}`
}
