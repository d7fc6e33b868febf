import type { RemoteAddressee } from '../../delivery/delivery.ts'
import type { TimedCheck } from '../../mail/check.ts'
import type { Reply } from '../../mail/reply.ts'
import type { Transaction } from '../../policy/policy.ts'
import type { Draft } from './draft.ts'
import { receivedField } from './received-field.ts'
import type { Session } from './session.ts'

/**
 * A whole message has come: what becomes of it, in order. It is judged, committed, and only then acknowledged: 250 is said when it is
 * durable for every recipient. Throws for faults of our own.
 */
export async function deliver(session: Session, transaction: Transaction, draft: Draft): Promise<Reply> {
  if (draft.refusal !== undefined) {
    const { reply, because, fault } = draft.refusal
    if (fault !== undefined) session.deps.log.error('message could not be spooled', { queueId: transaction.queueId, err: fault })
    return session.note(because, reply)
  }
  const { deps } = session
  const headerSection = await draft.header()
  const octets = await draft.pieces()
  const { verdict, checks, fates, authentication, edits, authorDomain, outgoing } = await deps.policy.atData(transaction, {
    sizeBytes: draft.sizeBytes,
    headerSection,
    octets,
  })
  if (verdict.action === 'reject' || verdict.action === 'defer') return verdict.reply
  if (verdict.action === 'accept') {
    const received = trace(session, transaction)
    await deps.delivery.commit({
      queueId: transaction.queueId,
      client: transaction.client,
      reversePath: transaction.reversePath,
      recipients: transaction.recipients.flatMap((accepted, index) => {
        const fate = fates?.[index]
        if (fate?.action === 'discard') return []
        const { forwardPath, recipient, clientName, dsn } = accepted
        return [{ forwardPath, recipient, clientName, dsn, checks: [...accepted.checks, ...checks, ...(fate?.checks ?? [])], fate }]
      }),
      ...(outgoing !== undefined && { outgoing: outgoing.map((form) => ({ ...form, fields: `${form.fields}${received}` })) }),
      remote: toOthers(transaction, checks),
      wishes: transaction.wishes,
      submittedBy: transaction.originator,
      edits,
      authorDomain,
      received,
      octets,
      headerSection,
      authentication,
    })
  }
  const { queueId, client, recipients, remote } = transaction
  deps.log.debug('message accepted', {
    queueId,
    ip: client.ip,
    sizeBytes: draft.sizeBytes,
    recipients: recipients.length + remote.length,
    action: verdict.action,
  })
  return { code: 250, enhanced: '2.0.0', text: `Ok: queued as ${transaction.queueId}` }
}

function toOthers({ remote, originator }: Transaction, checks: readonly TimedCheck[]): readonly RemoteAddressee[] {
  if (originator === undefined) return []
  return remote.map((accepted) => ({ forwardPath: accepted.forwardPath, originator, checks: [...accepted.checks, ...checks] }))
}

function trace(session: Session, transaction: Transaction): string {
  const { client, queueId, recipients, remote } = transaction
  const { submission } = session.deps
  const [first] = recipients
  const [only, ...more] = [...recipients, ...remote]
  return receivedField({
    client,
    clientName: first?.clientName,
    hidesClient: submission !== undefined && !submission.showClient(),
    hostname: session.deps.hostname,
    queueId,
    onlyRecipient: more.length === 0 ? only?.forwardPath : undefined,
    atMs: session.deps.clock.now(),
  })
}
