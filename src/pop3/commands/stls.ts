import { bad } from '../reply.ts'
import type { Pop3Command } from './command.ts'

/** STLS (RFC 2595 4). Nothing that was sent before the handshake survives it (wire/peer.ts), the name of USER neither. */
export const stls: Pop3Command<'STLS'> = {
  state: 'authorization',
  async run(session) {
    const context = session.dependencies.tls
    if (context === undefined || !session.stlsOffered) return bad('TLS is not available here, or on already')
    session.username = undefined
    session.say('+OK begin TLS now\r\n')
    try {
      await session.peer.startTls(context())
    } catch (error) {
      session.dependencies.log.debug('tls handshake failed', { ip: session.peer.ip, protocol: 'pop3', err: error })
      session.peer.destroy()
      return 'answered'
    }
    session.peer.deadline(session.limits.signInMs)
    return 'answered'
  },
}
