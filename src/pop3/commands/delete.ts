import { ok } from '../reply.ts'
import type { Pop3Command } from './command.ts'
import { noSuchMessage } from './list.ts'

/** DELE (RFC 1939 5): a mark, nothing more until QUIT. */
export const dele: Pop3Command<'DELE'> = {
  state: 'transaction',
  async run(_session, { message: number }, maildrop) {
    if (!maildrop.has(number)) return noSuchMessage
    await maildrop.markDeleted(number)
    return ok(`message ${number} will be removed at QUIT`)
  },
}

/** RSET (RFC 1939 5). */
export const rset: Pop3Command<'RSET'> = {
  state: 'transaction',
  run(_session, _command, maildrop) {
    maildrop.unmarkAll()
    return ok(`${maildrop.status.messages} messages`)
  },
}
