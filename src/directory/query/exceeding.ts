import type { Reader } from '../../database/database.ts'
import type { Write } from '../change/edit.ts'
import { allowedFeatures, type PlanFeature } from '../plan-features.ts'
import type { Sql } from './effective.ts'

/** What is there already, and a plan would not allow. It stays; more of it is refused, and some of it rests (plan-features.ts). */
export interface Exceeding {
  readonly of: 'mailboxes' | 'addresses' | 'domains' | PlanFeature
  /** Whose there is too much, or something that is not allowed. */
  readonly customers: number
  /** How much they have in all. */
  readonly number: number
  /** The first of them, by name. */
  readonly first: readonly string[]
}

/** Customers that are named. */
const firstShown = 5

/** By the plan's columns: how much of it each customer has. */
const limited = {
  max_mailboxes: { of: 'mailboxes', from: 'account JOIN customer ON customer.customer_id = account.customer_id AND account.removing = 0' },
  max_addresses: {
    of: 'addresses',
    from: 'address JOIN domain ON domain.domain_id = address.domain_id JOIN customer ON customer.customer_id = domain.customer_id',
  },
  max_domains: { of: 'domains', from: 'domain JOIN customer ON customer.customer_id = domain.customer_id' },
} as const

const addresses = 'JOIN domain ON domain.domain_id = address.domain_id JOIN customer ON customer.customer_id = domain.customer_id'
const accounts = 'JOIN customer ON customer.customer_id = account.customer_id'

const using: Readonly<Record<PlanFeature, string>> = {
  'forwarding-elsewhere': `(SELECT DISTINCT address_id FROM remote_target) AS forward JOIN address ON address.address_id = forward.address_id ${addresses}`,
  lists: `address ${addresses} AND address.kind = 'list'`,
  autoresponder: `autoresponder JOIN account ON account.account_id = autoresponder.account_id AND autoresponder.is_on = 1 ${accounts}`,
  'catch-all': `address ${addresses} AND address.local_part = '*'`,
  'app-passwords': `credential JOIN account ON credential.owner = 'account' AND credential.kind = 'app-password' AND account.account_id = credential.owner_id ${accounts}`,
  api: `(SELECT person.customer_id FROM api_token JOIN person ON api_token.owner = 'person' AND person.person_id = api_token.owner_id
      UNION ALL SELECT account.customer_id FROM api_token JOIN account ON api_token.owner = 'account' AND account.account_id = api_token.owner_id) AS token
      JOIN customer ON customer.customer_id = token.customer_id`,
}

/** Who has more than these writes would allow. */
export async function exceeding(reader: Reader, writes: readonly Write[]): Promise<readonly Exceeding[]> {
  const found: Exceeding[] = []
  for (const { scope, ownerId, key, value } of writes) {
    if (scope === 'plan-limit') found.push(...(await limitExceeded(reader, { sql: 'customer.plan_id = ?', parameters: [ownerId] }, ownerId, key, value)))
    else if (scope === 'customer-plan') found.push(...(await otherPlan(reader, ownerId, Number(value))))
  }
  return found
}

async function otherPlan(reader: Reader, customerId: number, planId: number): Promise<readonly Exceeding[]> {
  const plan = await reader.get<Record<keyof typeof limited, number | null> & { readonly denied_features: string }>(
    'SELECT max_mailboxes, max_addresses, max_domains, denied_features FROM plan WHERE plan_id = ?',
    planId,
  )
  const now = await reader.get<{ plan_id: number }>('SELECT plan_id FROM customer WHERE customer_id = ?', customerId)
  if (plan === undefined || now === undefined) return []
  const found: Exceeding[] = []
  for (const [key, value] of Object.entries(plan)) {
    const text = value === null ? null : String(value)
    found.push(...(await limitExceeded(reader, { sql: 'customer.customer_id = ?', parameters: [customerId] }, now.plan_id, key, text)))
  }
  return found
}

/** @param planId what holds now */
async function limitExceeded(reader: Reader, where: Sql, planId: number, key: string, value: string | null): Promise<readonly Exceeding[]> {
  if (key === 'denied_features') {
    const now = await reader.get<{ denied_features: string }>('SELECT denied_features FROM plan WHERE plan_id = ?', planId)
    const allowed = allowedFeatures(value ?? '')
    const lost = allowedFeatures(now?.denied_features ?? '').filter((feature) => !allowed.includes(feature))
    const found: Exceeding[] = []
    for (const of of lost) found.push(...(await counted(reader, of, using[of], where, 0)))
    return found
  }
  if (!isLimit(key) || value === null) return []
  return counted(reader, limited[key].of, limited[key].from, where, Number(value))
}

function isLimit(key: string): key is keyof typeof limited {
  return key in limited
}

/** Customers that have more than `most`. */
async function counted(reader: Reader, of: Exceeding['of'], from: string, where: Sql, most: number): Promise<readonly Exceeding[]> {
  const rows = await reader.all<{ name: string; number: number }>(
    `SELECT customer.name, COUNT(*) AS number FROM ${from} WHERE ${where.sql} GROUP BY customer.name HAVING COUNT(*) > ? ORDER BY customer.name`,
    ...where.parameters,
    most,
  )
  if (rows.length === 0) return []
  const number = rows.reduce((sum, row) => sum + row.number, 0)
  return [{ of, customers: rows.length, number, first: rows.slice(0, firstShown).map(({ name }) => name) }]
}
