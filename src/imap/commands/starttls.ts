import { type Answered, beforeSignIn, type ImapCommand } from '../command.ts'
import { BadCommand, PeerGone } from '../outcome.ts'

/** STARTTLS (RFC 9051 6.2.1). Nothing that was sent before the handshake survives it (wire/peer.ts). */
export const startTls: ImapCommand = {
  name: 'STARTTLS',
  states: beforeSignIn,
  async run(session, args): Promise<Answered> {
    args.end()
    const context = session.dependencies.tls
    if (context === undefined || !session.startTlsOffered) throw new BadCommand('TLS is not available here, or on already')
    session.out.text(`${session.tag} OK begin TLS now\r\n`)
    session.out.send()
    try {
      await session.peer.startTls(context())
    } catch (error) {
      session.log.debug('tls handshake failed', { ip: session.peer.ip, protocol: 'imap', err: error })
      throw new PeerGone()
    }
    session.peer.deadline(session.limits.signInMs)
    return 'answered'
  },
}
