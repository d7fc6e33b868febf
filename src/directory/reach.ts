import type { Reader, SqlValue } from '../database/database.ts'
import { type Address, addressKey } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'

/**
 * Whose objects somebody sees and changes. `customer`: its own, and its customers' where it is a reseller. `account`: one mailbox. What is out
 * of reach is to them as if it were not there.
 */
export type Reach =
  | { readonly kind: 'all' }
  | { readonly kind: 'customer'; readonly customerId: number }
  | { readonly kind: 'account'; readonly accountId: AccountId }

/** Something that a request names. `resold`: a customer of a reseller, and not the reseller itself. */
export type Named =
  | { readonly kind: 'customer' | 'resold'; readonly name: string }
  | { readonly kind: 'domain'; readonly name: string }
  | { readonly kind: 'address'; readonly address: Address }

/** A condition on a query that has the table `customer` in it, with its parameters. Mailbox users have no customers. */
export function customersWithin(reach: Reach): { readonly sql: string; readonly parameters: readonly SqlValue[] } {
  switch (reach.kind) {
    case 'all':
      return { sql: '1 = 1', parameters: [] }
    case 'customer':
      return { sql: '(customer.customer_id = ? OR customer.reseller_id = ?)', parameters: [reach.customerId, reach.customerId] }
    case 'account':
      return { sql: '1 = 0', parameters: [] }
  }
}

/**
 * May somebody of this reach know of it? Of an address: is its domain within reach? There, nobody minds whether it exists. A mailbox user's own
 * address is the only one.
 */
export async function isWithin(reader: Reader, reach: Reach, named: Named): Promise<boolean> {
  if (reach.kind === 'all') return true
  const found = (sql: string, ...parameters: readonly SqlValue[]) => reader.get<{ one: number }>(`SELECT 1 AS one FROM ${sql}`, ...parameters)
  if (reach.kind === 'account') {
    if (named.kind !== 'address') return false
    return (await found('address WHERE key = ? AND account_id = ?', addressKey(named.address), reach.accountId)) !== undefined
  }
  const { sql, parameters } = customersWithin(reach)
  switch (named.kind) {
    case 'customer':
      return (await found(`customer WHERE name = ? AND ${sql}`, named.name, ...parameters)) !== undefined
    case 'resold':
      return (await found('customer WHERE name = ? AND reseller_id = ?', named.name, reach.customerId)) !== undefined
    case 'domain':
    case 'address': {
      const domain = named.kind === 'domain' ? named.name : named.address.domain
      return (
        (await found(`domain JOIN customer ON customer.customer_id = domain.customer_id WHERE domain.name = ? AND ${sql}`, domain, ...parameters)) !== undefined
      )
    }
  }
}
