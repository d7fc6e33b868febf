import type { Principal } from '../api/principal.ts'
import type { WebUser } from '../directory/query/web-users.ts'

/** Who asks, as operations know them. */
export function principalOf({ owner, ownerId, name, customer, person, mailbox }: WebUser): Principal {
  if (owner === 'operator') return { kind: 'operator', operatorId: ownerId, name }
  // Everybody else belongs to a customer, and works for it or has a mailbox there.
  const customerId = customer?.customerId ?? 0
  if (person !== undefined) return { kind: 'person', ...person, customerId, ...(mailbox && { mailbox }) }
  if (mailbox !== undefined) return { kind: 'mailbox', ...mailbox, customerId }
  throw new Error(`${owner} ${ownerId} is nobody`)
}
