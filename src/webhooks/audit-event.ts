import type { EventType } from '../base/event-type.ts'
import type { AuditRow } from '../directory/audit-row.ts'
import type { WebhookEvent } from './spread.ts'

type Detail = Readonly<Record<string, unknown>>
type Found = readonly [type: EventType, about: 'address' | 'domain' | 'customer' | 'relay']

/** Rows of the audit log that programs can be told of, by the name of the change. */
const events: Readonly<Record<string, (detail: Detail, subject: string) => Found>> = {
  'mailbox.add': () => ['mailbox.added', 'address'],
  'mailbox.rename': () => ['mailbox.changed', 'address'],
  'mailbox.quota': () => ['mailbox.changed', 'address'],
  'mailbox.password': () => ['mailbox.changed', 'address'],
  'mailbox.forward': () => ['mailbox.changed', 'address'],
  'mailbox.lock': locked,
  'customer.lock': locked,
  'lock.end': locked,
  'pointer.add': () => ['address.added', 'address'],
  'pointer.targets': () => ['address.changed', 'address'],
  'address.set': () => ['address.changed', 'address'],
  'address.remove': ({ kind }) => [kind === 'mailbox' ? 'mailbox.removed' : 'address.removed', 'address'],
  'domain.add': () => ['domain.added', 'domain'],
  'domain.set': () => ['domain.changed', 'domain'],
  'domain.remove': () => ['domain.removed', 'domain'],
  'customer.add': () => ['customer.added', 'customer'],
  'customer.set': () => ['customer.changed', 'customer'],
  'customer.remove': () => ['customer.removed', 'customer'],
  'relay.case-opened': () => ['relay.listed', 'relay'],
  'relay.case-closed': () => ['relay.delisted', 'relay'],
  'relay.withdraw': () => ['relay.withdrawn', 'relay'],
  'relay.return': () => ['relay.returned', 'relay'],
}

/** A lock, or its end: `reason` says which. */
function locked({ kind, reason }: Detail, subject: string): Found {
  const about = subject.includes('@') ? 'address' : 'customer'
  const is = typeof reason === 'string' ? 'locked' : 'unlocked'
  return [kind === 'sending' ? `sending.${is}` : about === 'address' ? `mailbox.${is}` : `customer.${is}`, about]
}

/** Undefined: nobody is told of it. */
export function auditEvent({ auditId, atMs, actor, change, subject, detail: text, customerId }: AuditRow): WebhookEvent | undefined {
  if (!Object.hasOwn(events, change)) return undefined
  const detail = JSON.parse(text) as Detail
  const found = events[change]?.(detail, subject)
  return found && { key: `audit ${auditId}`, type: found[0], atMs, customerId, actor, data: { [found[1]]: subject, change, detail } }
}
