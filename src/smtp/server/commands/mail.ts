import type { Command } from '../grammar.ts'
import { replies } from '../replies.ts'
import type { Answer, Session } from '../session.ts'

/** MAIL FROM:<reverse-path> (RFC 5321 4.1.1.2) with SIZE (RFC 1870), BODY (RFC 6152) and SMTPUTF8 (RFC 6531). */
export async function mail(session: Session, command: Extract<Command, { verb: 'MAIL' }>): Promise<Answer> {
  const { deps } = session
  if (session.transactions >= deps.limits.transactions) return replies.tooManyTransactions
  const { reversePath, sizeBytes, utf8 } = command
  const client = utf8 ? { ...session.client, protocol: session.client.tls === undefined ? 'UTF8SMTP' : 'UTF8SMTPS' } : session.client
  session.transaction = { queueId: deps.queueIds.next(), client, reversePath, declaredSizeBytes: sizeBytes, recipients: [] }
  if (sizeBytes !== undefined && sizeBytes > deps.maxMessageBytes()) return refuse(session, session.note('size', replies.tooLarge))
  const verdict = await deps.policy.atMail(client, reversePath, sizeBytes)
  if (verdict.action === 'reject' || verdict.action === 'defer') return refuse(session, verdict.reply)
  session.utf8 = utf8
  session.phase = 'mail'
  session.transactions++
  return replies.senderOk
}

function refuse(session: Session, reply: Answer): Answer {
  session.endTransaction()
  return reply
}
