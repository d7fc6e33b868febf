import type { Clock } from '../base/clock.ts'
import { formatAddress } from '../mail/address.ts'
import type { Destination, MailRecord } from '../store/record.ts'
import type { IndexedStore } from '../store/indexed-store.ts'
import type { AcceptedMessage } from './delivery.ts'

/**
 * Takes responsibility for the message (RFC 5321 4.2.5): when this resolves it is durable, once for each mailbox, however many
 * of the recipients lead there. Rejects with ContentFull or ContentFailed; then nothing was kept.
 */
export async function commit(message: AcceptedMessage, deps: { readonly store: Pick<IndexedStore, 'deliver'>; readonly clock: Clock }): Promise<void> {
  const reversePath = message.reversePath === null ? '' : formatAddress(message.reversePath)
  // RFC 5321 4.4: final delivery adds Return-Path, above the Received fields. One prefix serves every mailbox.
  const prefix = Buffer.from(`Return-Path: <${reversePath}>\r\n${message.received}`)
  const record: MailRecord = {
    kind: 'mail',
    queueId: message.queueId,
    atMs: deps.clock.now(),
    reversePath,
    clientIp: message.client.ip,
    helo: message.client.helo,
    destinations: destinations(message, prefix.length),
    recipients: message.recipients.map(({ forwardPath, recipient, checks, clientName }) => ({
      address: formatAddress(forwardPath),
      addressId: recipient.addressId,
      customerId: recipient.customerId,
      accountId: (recipient.targets[0] as (typeof recipient.targets)[number]).accountId,
      clientName,
      checks,
    })),
    octetsStart: prefix.length,
  }
  await deps.store.deliver(record, [prefix, ...message.octets])
}

/** Each account once. */
function destinations(message: AcceptedMessage, prefixLength: number): Destination[] {
  const accounts = new Set(message.recipients.flatMap(({ recipient }) => recipient.targets.map((target) => target.accountId)))
  return [...accounts].map((accountId) => ({ accountId, prefixStart: 0, prefixLength }))
}
