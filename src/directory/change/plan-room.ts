import type { Reader } from '../../database/database.ts'
import type { DirectoryRefusal } from '../refusal.ts'

/** A reseller's customers count as its own. */
const these = '(SELECT customer_id FROM customer WHERE customer_id = ? OR reseller_id = ?)'

const counting = {
  mailboxes: { column: 'max_mailboxes', sql: `SELECT COUNT(*) AS number FROM account WHERE customer_id IN ${these} AND removing = 0` },
  addresses: {
    column: 'max_addresses',
    sql: `SELECT COUNT(*) AS number FROM address JOIN domain ON domain.domain_id = address.domain_id WHERE domain.customer_id IN ${these}`,
  },
  domains: { column: 'max_domains', sql: `SELECT COUNT(*) AS number FROM domain WHERE customer_id IN ${these}` },
} as const

type Counted = keyof typeof counting

/** Undefined: the customer's plan has room for one more, and so has its reseller's. */
export async function planRoom(reader: Reader, customerId: number, of: Counted): Promise<DirectoryRefusal | undefined> {
  const own = await fullPlan(reader, customerId, of)
  if (own !== undefined) return { code: 'too-many', of, ...own }
  const customer = await reader.get<{ reseller_id: number | null }>('SELECT reseller_id FROM customer WHERE customer_id = ?', customerId)
  const resellerId = customer?.reseller_id ?? undefined
  // What its reseller has is not the customer's to know.
  return resellerId === undefined || (await fullPlan(reader, resellerId, of)) === undefined ? undefined : { code: 'reseller-full', of }
}

async function fullPlan(reader: Reader, customerId: number, of: Counted): Promise<{ readonly limit: number; readonly plan: string } | undefined> {
  const { column, sql } = counting[of]
  const plan = await reader.get<{ name: string; most: number | null }>(
    `SELECT plan.name AS name, plan.${column} AS most FROM customer JOIN plan ON plan.plan_id = customer.plan_id WHERE customer.customer_id = ?`,
    customerId,
  )
  if (plan === undefined || plan.most === null) return undefined
  const used = await reader.get<{ number: number }>(sql, customerId, customerId)
  return (used?.number ?? 0) < plan.most ? undefined : { limit: plan.most, plan: plan.name }
}
