import { deliver } from '../deliver.ts'
import { Draft } from '../draft.ts'
import type { Command } from '../grammar.ts'
import { giveUp, receive } from '../receive.ts'
import { replies } from '../replies.ts'
import type { Answer, Session } from '../session.ts'

/** BDAT octets [LAST] (RFC 3030 2): so many octets follow at once, as they are; a message may come in many such chunks. */
export async function bdat(session: Session, command: Extract<Command, { verb: 'BDAT' }>): Promise<Answer> {
  const { deps, transaction } = session
  if (transaction === undefined) return replies.needMail
  session.draft ??= new Draft({
    spool: deps.spool,
    queueId: transaction.queueId,
    limits: deps.limits,
    maxMessageBytes: deps.maxMessageBytes(),
    stuffed: false,
  })
  session.phase = 'chunks'
  const { draft } = session
  if (!(await receive(session, draft, command.octets))) return giveUp(session, draft)
  if (command.last || command.octets >= deps.limits.dataRate) session.broughtForward()
  if (command.last) draft.finish()
  // A chunk that was refused ends the transaction (RFC 3030 2); the chunks that follow get 503, and are read over.
  if (!command.last && draft.refusal === undefined) return { code: 250, enhanced: '2.0.0', text: `${command.octets} octets received` }
  const reply = await deliver(session, transaction, draft)
  session.endTransaction()
  return reply
}
