import { always, type ImapCommand } from '../command.ts'

/** LOGOUT (RFC 9051 6.1.3). */
export const logout: ImapCommand = {
  name: 'LOGOUT',
  states: always,
  run(session, args) {
    args.end()
    session.unselect()
    session.loggedOut = true
    session.out.text('* BYE see you\r\n')
    return { text: 'LOGOUT completed' }
  },
}
