import { signedIn, type ImapCommand } from '../command.ts'
import { parseNamed } from '../parse/mailbox-name.ts'
import { storeRefusal } from '../refusal.ts'
import { existingMailbox } from '../resolve.ts'
import { mustHave } from '../rights.ts'
import { tellName } from '../write/listed-name.ts'

/** DELETE (RFC 9051 6.3.5). A mailbox with others below it is kept: a name without a mailbox helps nobody. */
export const deleteMailbox: ImapCommand = {
  name: 'DELETE',
  states: signedIn,
  async run(session, args) {
    args.space()
    const { name, sent } = parseNamed(args, session.utf8)
    args.end()
    const { store, selected } = session
    const found = await existingMailbox(session, name)
    mustHave(found.rights, 'x')
    // By id: the mailbox may have been renamed since it was selected.
    const isSelected = found.accountId === selected?.accountId && found.mailbox.mailboxId === selected.mailboxId
    const outcome = await store.deleteMailbox(found.accountId, found.ownName)
    if (outcome.done === undefined) throw storeRefusal(outcome.refused)
    await session.notify?.own.deleted(found)
    // One's own selected mailbox may go too; then it is not selected any more.
    if (isSelected) session.unselect()
    tellName(session, name, sent, '\\NonExistent')
    return { text: 'DELETE completed' }
  },
}
