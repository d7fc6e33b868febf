import { type Answered, type ImapCommand, signedIn } from '../command.ts'
import { Refused } from '../outcome.ts'

/** COMPRESS (RFC 4978). After sign-in only: whoever has no mailbox here need not be inflated. */
export const compress: ImapCommand = {
  name: 'COMPRESS',
  states: signedIn,
  async run(session, args): Promise<Answered> {
    args.space()
    const mechanism = args.keyword('a mechanism')
    args.end()
    if (mechanism.toUpperCase() !== 'DEFLATE') throw new Refused('CANNOT', 'no such mechanism')
    if (session.peer.compressed) throw new Refused('COMPRESSIONACTIVE', 'DEFLATE is active already')
    session.out.text(`${session.tag} OK DEFLATE active\r\n`)
    session.out.send()
    await session.peer.drained()
    session.peer.compress()
    return 'answered'
  },
}
