import type { Recipient } from '../directory/recipient.ts'
import type { JournalEntry } from '../journal/entry.ts'
import { formatAddress, type ReversePath } from '../mail/address.ts'
import type { TimedCheck } from '../mail/check.ts'
import type { Client } from '../mail/client.ts'
import type { QueueId } from '../mail/ids.ts'
import type { Originator } from '../mail/outgoing.ts'
import { formatReply, type Reply } from '../mail/reply.ts'
import { messageIdOf } from '../message/message-id.ts'
import type { Door } from './dependencies.ts'
import type { AcceptedRecipient, IncomingMessage, Transaction } from './policy.ts'

/** Who was refused, as far as it is known. */
export interface Refused {
  readonly client: Client
  readonly clientName?: string | undefined
  readonly queueId?: QueueId
  readonly reversePath?: ReversePath
  /** As in RCPT. */
  readonly rcpt?: string
  readonly recipient?: Recipient | undefined
  /** Whose domain the recipient's is, where the address itself is not there. */
  readonly customerId?: number | undefined
  /** Who sends, where he has signed in. */
  readonly originator?: Originator | undefined
  readonly messageId?: string | undefined
  readonly sizeBytes?: number | undefined
}

/** 5xx refuses, 4xx puts off (RFC 5321 4.2.1). */
export function actionOf(reply: Reply): 'reject' | 'defer' {
  return reply.code >= 500 ? 'reject' : 'defer'
}

export function recordRefusal(door: Door, refused: Refused, reply: Reply, checks: readonly TimedCheck[]): void {
  record(door, refused, { outcome: actionOf(reply) === 'reject' ? 'refused' : 'deferred', reply: formatReply(reply), checks })
}

function record(door: Door, refused: Refused, { outcome, reply, checks }: Pick<JournalEntry, 'outcome' | 'reply' | 'checks'>): void {
  const { client, recipient, reversePath, originator } = refused
  const entry: JournalEntry = {
    atMs: door.clock.now(),
    outcome,
    queueId: refused.queueId,
    clientIp: client.ip,
    clientName: refused.clientName,
    helo: client.helo,
    sender: reversePath === undefined ? undefined : reversePath === null ? '' : formatAddress(reversePath),
    recipient: refused.rcpt,
    // What people send is theirs to look up, whoever was to get it.
    addressId: originator?.addressId ?? recipient?.addressId,
    customerId: originator?.customerId ?? recipient?.customerId ?? refused.customerId,
    accountId: originator?.accountId ?? (recipient?.targets.length === 1 ? recipient.targets[0]?.accountId : undefined),
    messageId: refused.messageId,
    sizeBytes: refused.sizeBytes,
    reply,
    checks,
  }
  door.journal.record(entry)
  door.log.debug('message not taken', { queueId: refused.queueId, ip: client.ip, outcome, reply })
}

/** A message refused after DATA was refused for each of its recipients. */
export function recordMessageRefusal(
  door: Door,
  transaction: Transaction,
  message: IncomingMessage | undefined,
  reply: Reply,
  checks: readonly TimedCheck[],
): void {
  const common = ofMessage(transaction, message)
  const each = (accepted: AcceptedRecipient) => {
    const { recipient, clientName, forwardPath } = accepted
    recordRefusal(door, { ...common, recipient, clientName, rcpt: formatAddress(forwardPath) }, reply, [...accepted.checks, ...checks])
  }
  const { recipients, remote } = transaction
  if (recipients.length + remote.length === 0) recordRefusal(door, common, reply, checks)
  for (const accepted of recipients) each(accepted)
  for (const { forwardPath, checks: before } of remote) recordRefusal(door, { ...common, rcpt: formatAddress(forwardPath) }, reply, [...before, ...checks])
}

/** A message that was taken and thrown away for this recipient. `checks`: those after DATA. */
export function recordDiscard(
  door: Door,
  transaction: Transaction,
  message: IncomingMessage,
  accepted: AcceptedRecipient,
  checks: readonly TimedCheck[],
): void {
  const { recipient, clientName, forwardPath } = accepted
  const discarded = { ...ofMessage(transaction, message), recipient, clientName, rcpt: formatAddress(forwardPath) }
  record(door, discarded, { outcome: 'discarded', reply: '250 2.0.0', checks: [...accepted.checks, ...checks] })
}

function ofMessage({ client, queueId, reversePath, originator, declaredSizeBytes }: Transaction, message: IncomingMessage | undefined) {
  return {
    client,
    queueId,
    reversePath,
    originator,
    messageId: message === undefined ? undefined : messageIdOf(message.headerSection),
    sizeBytes: message?.sizeBytes ?? declaredSizeBytes,
  }
}
