import type { MailWishes } from '../../../policy/policy.ts'
import type { Command } from '../grammar.ts'
import type { MailParameters } from '../parameters.ts'
import { replies } from '../replies.ts'
import type { Answer, Session } from '../session.ts'

/**
 * MAIL FROM:<reverse-path> (RFC 5321 4.1.1.2) with SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531), RET and ENVID (RFC 3461), REQUIRETLS (RFC 8689);
 * for those who have signed in, also MT-PRIORITY (RFC 6710), HOLDFOR and HOLDUNTIL (RFC 4865).
 */
export async function mail(session: Session, command: Extract<Command, { verb: 'MAIL' }>): Promise<Answer> {
  const { deps } = session
  if (session.transactions >= deps.limits.transactions) return replies.tooManyTransactions
  const { reversePath, parameters } = command
  const utf8 = parameters.utf8 === true
  const notBeforeMs = heldUntil(session, parameters)
  if (notBeforeMs === 'too-long') return replies.holdTooLong
  const transaction = {
    queueId: deps.queueIds.next(),
    client: utf8 ? session.utf8Client : session.client,
    submitter: session.signedIn,
    reversePath,
    declaredSizeBytes: parameters.sizeBytes,
    wishes: wishesOf(parameters, notBeforeMs),
    recipients: [],
    remote: [],
  }
  session.transaction = transaction
  if ((parameters.sizeBytes ?? 0) > deps.maxMessageBytes()) return refuse(session, session.note('size', replies.tooLarge))
  const verdict = await deps.policy.atMail(transaction)
  if (verdict.action !== 'accept') return refuse(session, verdict.reply)
  const { originator, priority = transaction.wishes.priority } = verdict
  if (originator !== undefined) session.transaction = { ...transaction, originator, wishes: { ...transaction.wishes, priority } }
  session.utf8 = utf8
  session.phase = 'mail'
  session.transactions++
  // RFC 6710 4.1: who gets another priority than he asked for is told.
  return priority === transaction.wishes.priority ? replies.senderOk : { code: 250, enhanced: '2.3.6', text: `${priority} is the priority of this message` }
}

function wishesOf({ utf8, eightBit, requireTls, priority, ret, envelopeId }: MailParameters, notBeforeMs: number | undefined): MailWishes {
  return { utf8: utf8 === true, eightBit: eightBit === true, requireTls: requireTls === true, priority: priority ?? 0, ret, envelopeId, notBeforeMs }
}

/** Undefined: not held, also where the moment has passed (RFC 4865 4). */
function heldUntil({ deps, extensions }: Session, { holdSeconds, holdUntilMs }: MailParameters): number | 'too-long' | undefined {
  const nowMs = deps.clock.now()
  const untilMs = holdSeconds === undefined ? (holdUntilMs ?? nowMs) : nowMs + holdSeconds * 1000
  if (untilMs > nowMs + extensions.futureReleaseSeconds * 1000) return 'too-long'
  return untilMs > nowMs ? untilMs : undefined
}

function refuse(session: Session, reply: Answer): Answer {
  session.endTransaction()
  return reply
}
