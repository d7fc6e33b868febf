import { last } from '../reply.ts'
import type { Pop3Command } from './command.ts'

/** QUIT (RFC 1939 6). After sign-in this is the UPDATE state: what was marked is removed now, and only now. */
export const quit: Pop3Command<'QUIT'> = {
  state: 'any',
  async run(session) {
    const { maildrop } = session
    if (maildrop === undefined) return last('+OK bye\r\n')
    let removed = false
    try {
      removed = await maildrop.removeDeleted()
    } catch (error) {
      session.dependencies.log.warn('pop3 could not remove messages', { ip: session.peer.ip, err: error })
    }
    if (!removed) return last('-ERR [SYS/TEMP] some deleted messages are not removed\r\n')
    return last(`+OK bye, ${maildrop.status.messages} messages left\r\n`)
  },
}
