import { always, inMailbox, type ImapCommand } from '../command.ts'
import type { Session } from '../session.ts'

/** NOOP (RFC 9051 6.1.2): what a client polls with, so the store is asked even if nothing was heard. */
export const noop: ImapCommand = {
  name: 'NOOP',
  states: always,
  async run(session, args) {
    args.end()
    await askForChanges(session)
    return { text: 'NOOP completed' }
  },
}

/** CHECK (RFC 3501 6.4.1): everything is on disk already, so it is NOOP. */
export const check: ImapCommand = {
  name: 'CHECK',
  states: inMailbox,
  async run(session, args) {
    args.end()
    await askForChanges(session)
    return { text: 'CHECK completed' }
  },
}

async function askForChanges(session: Session): Promise<void> {
  await session.selected?.tracker.live.ask()
}
