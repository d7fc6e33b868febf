import { deliver } from '../deliver.ts'
import { Draft } from '../draft.ts'
import { giveUp, receive } from '../receive.ts'
import { replies } from '../replies.ts'
import type { Answer, Session } from '../session.ts'

/** DATA (RFC 5321 4.1.1.4): the text up to CR LF . CR LF, then one answer for all recipients. */
export async function data(session: Session): Promise<Answer> {
  const { deps, transaction } = session
  if (transaction === undefined) return replies.needMail
  const draft = new Draft({
    spool: deps.spool,
    queueId: transaction.queueId,
    limits: deps.limits,
    maxMessageBytes: deps.maxMessageBytes(),
    stuffed: true,
  })
  session.draft = draft
  session.say(replies.startData)
  if (!(await receive(session, draft, Infinity))) return giveUp(session, draft)
  session.broughtForward()
  const reply = await deliver(session, transaction, draft)
  session.endTransaction()
  return reply
}
