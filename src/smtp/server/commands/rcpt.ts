import { formatAddress } from '../../../mail/address.ts'
import type { Command } from '../grammar.ts'
import { replies } from '../replies.ts'
import type { Answer, Session } from '../session.ts'

/** RCPT TO:<forward-path> (RFC 5321 4.1.1.3). A refused recipient leaves the others standing. `forwardPath` undefined: `<postmaster>`. */
export async function rcpt(session: Session, { forwardPath, parameters }: Extract<Command, { verb: 'RCPT' }>): Promise<Answer> {
  const { deps, transaction } = session
  if (transaction === undefined) return replies.needMail
  if (transaction.recipients.length + transaction.remote.length >= deps.limits.recipients) {
    return session.note('connection-limits', replies.tooManyRecipients, forwardPath === undefined ? 'postmaster' : formatAddress(forwardPath))
  }
  const verdict = await deps.policy.atRcpt(session.visit, transaction, forwardPath)
  const { dsn } = parameters
  if (verdict.action === 'accept') transaction.recipients.push(dsn === undefined ? verdict.accepted : { ...verdict.accepted, dsn })
  else if (verdict.action === 'relay') transaction.remote.push({ ...verdict.accepted, dsn })
  else return verdict.reply
  session.phase = 'recipients'
  return replies.recipientOk
}
