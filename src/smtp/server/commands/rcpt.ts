import { type Address, formatAddress } from '../../../mail/address.ts'
import { replies } from '../replies.ts'
import type { Answer, Session } from '../session.ts'

/** RCPT TO:<forward-path> (RFC 5321 4.1.1.3). A refused recipient leaves the others standing. `forwardPath` undefined: `<postmaster>`. */
export async function rcpt(session: Session, forwardPath: Address | undefined): Promise<Answer> {
  const { deps, transaction } = session
  if (transaction === undefined) return replies.needMail
  if (transaction.recipients.length >= deps.limits.recipients) {
    return session.note('connection-limits', replies.tooManyRecipients, forwardPath === undefined ? 'postmaster' : formatAddress(forwardPath))
  }
  const verdict = await deps.policy.atRcpt(session.visit, transaction, forwardPath)
  if (verdict.action !== 'accept') return verdict.reply
  transaction.recipients.push(verdict.accepted)
  session.phase = 'recipients'
  return replies.recipientOk
}
