import { signedIn, type ImapCommand } from '../command.ts'

/** ENABLE (RFC 5161). Nothing here needs to be enabled yet, and what is unknown is passed over without a word. */
export const enable: ImapCommand = {
  name: 'ENABLE',
  states: signedIn,
  run(session, args) {
    do {
      args.space()
      args.keyword('a capability')
    } while (!args.atEnd())
    session.out.text('* ENABLED\r\n')
    return { text: 'ENABLE completed' }
  },
}
