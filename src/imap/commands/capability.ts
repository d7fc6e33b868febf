import { capabilities } from '../capabilities.ts'
import { always, type ImapCommand } from '../command.ts'

/** CAPABILITY (RFC 9051 6.1.1). */
export const capability: ImapCommand = {
  name: 'CAPABILITY',
  states: always,
  run(session, args) {
    args.end()
    session.out.text(`* CAPABILITY ${capabilities(session)}\r\n`)
    return { text: 'CAPABILITY completed' }
  },
}
