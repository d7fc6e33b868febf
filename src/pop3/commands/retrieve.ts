import type { Maildrop } from '../maildrop.ts'
import { DotStuffer, TopCutter } from '../multi-line.ts'
import type { Reply } from '../reply.ts'
import type { Session } from '../session.ts'
import type { Message } from '../../store/mailbox.ts'
import type { Pop3Command } from './command.ts'
import { messageGone, noSuchMessage } from './list.ts'

/** Octets that are read, and written, in one go; no more of a message is in memory. */
const pieceBytes = 128 * 1024
/** Of TOP, which mostly wants the header. */
const firstTopBytes = 16 * 1024

/** RETR (RFC 1939 5). */
export const retr: Pop3Command<'RETR'> = {
  state: 'transaction',
  async run(session, { message: number }, maildrop) {
    if (!maildrop.has(number)) return noSuchMessage
    const message = await maildrop.message(number)
    return message === undefined ? messageGone : send(session, maildrop, message, undefined)
  },
}

/** TOP (RFC 1939 7). */
export const top: Pop3Command<'TOP'> = {
  state: 'transaction',
  async run(session, { message: number, lines }, maildrop) {
    if (!maildrop.has(number)) return noSuchMessage
    const message = await maildrop.message(number)
    return message === undefined ? messageGone : send(session, maildrop, message, new TopCutter(lines))
  },
}

/** The first piece is read before anything is said, so that what cannot be read is an answer, not a broken one. */
async function send(session: Session, maildrop: Maildrop, message: Message, cutter: TopCutter | undefined): Promise<Reply> {
  const { peer, limits } = session
  const { sizeBytes } = message
  const stuffer = new DotStuffer()
  let octets = await maildrop.read(message, 0, Math.min(sizeBytes, cutter === undefined ? pieceBytes : firstTopBytes))
  session.say(cutter === undefined ? `+OK ${sizeBytes} octets\r\n` : '+OK\r\n')
  for (let at = octets.length; ; at += octets.length) {
    const wanted = cutter === undefined ? octets : octets.subarray(0, cutter.push(octets))
    for (const piece of stuffer.push(wanted)) peer.write(piece)
    if (at >= sizeBytes || cutter?.done === true) break
    await peer.drained()
    if (peer.gone) return 'answered'
    peer.deadline(limits.idleMs)
    octets = await rest(peer, maildrop.read(message, at, Math.min(sizeBytes, at + pieceBytes)))
  }
  peer.write(stuffer.end())
  return 'answered'
}

/** In the middle of an answer nothing can be said any more: the client must not take what it got for the whole. */
async function rest(peer: Session['peer'], reading: Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await reading
  } catch (error) {
    peer.destroy()
    throw error
  }
}
