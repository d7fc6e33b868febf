import type { Reader } from '../../database/database.ts'
import type { DirectoryRefusal } from '../refusal.ts'

const counting = {
  mailboxes: { column: 'max_mailboxes', sql: 'SELECT COUNT(*) AS number FROM account WHERE customer_id = ? AND removing = 0' },
  addresses: {
    column: 'max_addresses',
    sql: 'SELECT COUNT(*) AS number FROM address JOIN domain ON domain.domain_id = address.domain_id WHERE domain.customer_id = ?',
  },
  domains: { column: 'max_domains', sql: 'SELECT COUNT(*) AS number FROM domain WHERE customer_id = ?' },
} as const

/** Undefined: the customer's plan has room for one more. */
export async function planRoom(reader: Reader, customerId: number, of: keyof typeof counting): Promise<DirectoryRefusal | undefined> {
  const { column, sql } = counting[of]
  const plan = await reader.get<{ name: string; most: number | null }>(
    `SELECT plan.name AS name, plan.${column} AS most FROM customer JOIN plan ON plan.plan_id = customer.plan_id WHERE customer.customer_id = ?`,
    customerId,
  )
  if (plan === undefined || plan.most === null) return undefined
  const used = await reader.get<{ number: number }>(sql, customerId)
  return (used?.number ?? 0) < plan.most ? undefined : { code: 'too-many', of, limit: plan.most, plan: plan.name }
}
