import { err, ok } from '../reply.ts'
import type { Reply } from '../reply.ts'
import type { Session } from '../session.ts'
import type { Maildrop } from '../maildrop.ts'
import type { Pop3Command } from './command.ts'

/** Lines that are written in one go. */
const linesAtOnce = 1000

export const noSuchMessage = err('no such message')
/** It was there at sign-in. */
export const messageGone = err('another session has removed this message')

/** STAT (RFC 1939 5). */
export const stat: Pop3Command<'STAT'> = {
  state: 'transaction',
  run(_session, _command, maildrop) {
    const { messages, sizeBytes } = maildrop.status
    return ok(`${messages} ${sizeBytes}`)
  },
}

/** LIST (RFC 1939 5). */
export const list: Pop3Command<'LIST'> = {
  state: 'transaction',
  async run(session, { message: number }, maildrop) {
    if (number === undefined) return listAll(session, maildrop)
    if (!maildrop.has(number)) return noSuchMessage
    const message = await maildrop.message(number)
    return message === undefined ? messageGone : ok(`${number} ${message.sizeBytes}`)
  },
}

async function listAll(session: Session, maildrop: Maildrop): Promise<Reply> {
  const { peer, limits } = session
  const { messages, sizeBytes } = maildrop.status
  session.say(`+OK ${messages} messages, ${sizeBytes} octets\r\n`)
  for await (const page of maildrop.sizes()) {
    peer.write(page.map(({ number, sizeBytes: size }) => `${number} ${size}\r\n`).join(''))
    await peer.drained()
    peer.deadline(limits.idleMs)
  }
  peer.write('.\r\n')
  return 'answered'
}

/** UIDL (RFC 1939 7). */
export const uidl: Pop3Command<'UIDL'> = {
  state: 'transaction',
  async run(session, { message: number }, maildrop) {
    const { peer, limits } = session
    if (number !== undefined) return maildrop.has(number) ? ok(`${number} ${maildrop.uniqueId(number)}`) : noSuchMessage
    session.say('+OK unique ids follow\r\n')
    let lines: string[] = []
    for (const one of maildrop.numbers()) {
      lines.push(`${one} ${maildrop.uniqueId(one)}\r\n`)
      if (lines.length < linesAtOnce) continue
      peer.write(lines.join(''))
      lines = []
      await peer.drained()
      peer.deadline(limits.idleMs)
    }
    peer.write(`${lines.join('')}.\r\n`)
    return 'answered'
  },
}
