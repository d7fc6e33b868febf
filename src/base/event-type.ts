/**
 * What programs can be told of (webhooks). `mailbox`, `address` (a forward, list or alias), `sending` of a mailbox or customer; those of relays are the
 * operator's, those of customers their resellers' and operators'. What comes as often as mail does is not among them.
 */
export const eventTypes = [
  'mailbox.added',
  'mailbox.changed',
  'mailbox.removed',
  'mailbox.locked',
  'mailbox.unlocked',
  'address.added',
  'address.changed',
  'address.removed',
  'domain.added',
  'domain.changed',
  'domain.removed',
  'sending.locked',
  'sending.unlocked',
  'quota.reached',
  'message.bounced',
  'bulk.finished',
  'customer.locked',
  'customer.unlocked',
  'customer.added',
  'customer.changed',
  'customer.removed',
  'relay.listed',
  'relay.delisted',
  'relay.withdrawn',
  'relay.returned',
] as const
export type EventType = (typeof eventTypes)[number]

/** Who may be told of it: everybody of what is theirs, resellers of their customers, operators. */
export function eventFor(type: EventType): 'everybody' | 'resellers' | 'operators' {
  if (type.startsWith('relay.')) return 'operators'
  return ['customer.added', 'customer.changed', 'customer.removed'].includes(type) ? 'resellers' : 'everybody'
}
