import { inMailbox, type ImapCommand } from '../command.ts'

/** CLOSE (RFC 9051 6.4.1): expunges without a word, and leaves the mailbox. No HIGHESTMODSEQ: the client has not heard of all below it (RFC 7162 3.2.8). */
export const close: ImapCommand = {
  name: 'CLOSE',
  states: inMailbox,
  async run(session, args) {
    args.end()
    const { accountId, mailboxId, tracker, rights } = session.mustBeSelected()
    const last = tracker.all().at(-1)
    // Only what this session knows of: what came meanwhile was not in the mailbox that it closes.
    const mayExpunge = !tracker.readOnly && rights.includes('e') && last !== undefined
    const outcome = mayExpunge ? await session.store.expunge(accountId, mailboxId, [[1, last]], { deletedOnly: true }) : undefined
    session.unselect()
    await session.notify?.own.removed({ accountId, mailboxId }, outcome?.done?.uids ?? [])
    return { text: 'CLOSE completed' }
  },
}

/** UNSELECT (RFC 3691, RFC 9051 6.4.2). */
export const unselect: ImapCommand = {
  name: 'UNSELECT',
  states: inMailbox,
  run(session, args) {
    args.end()
    session.unselect()
    return { text: 'UNSELECT completed' }
  },
}
