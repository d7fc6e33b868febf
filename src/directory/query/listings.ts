import type { Query } from '../../database/database.ts'
import { formatAddress } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'
import { findNamed, rowAddress } from '../change/find.ts'
import { customersWithin, type Reach } from '../reach.ts'
import { type PlanLimits, type PlanRow, planLimits } from '../change/plans.ts'
import type { AddressKind } from '../recipient.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { quotaOf } from './targets.ts'

export interface CustomerListing {
  readonly name: string
  readonly plan: string
  readonly domains: number
  readonly mailboxes: number
  readonly reseller: boolean
  /** Whose customer it is; null: the operator's. */
  readonly resellerOf: string | null
}

export const listCustomers: Query<{ readonly reach: Reach }, readonly CustomerListing[]> = {
  name: 'directory.customers',
  async run(reader, { reach }) {
    const { sql, parameters } = customersWithin(reach)
    const rows = await reader.all<Omit<CustomerListing, 'reseller' | 'resellerOf'> & { is_reseller: number; reseller: string | null }>(
      `SELECT customer.name AS name, plan.name AS plan, customer.is_reseller, reseller.name AS reseller,
        (SELECT COUNT(*) FROM domain WHERE domain.customer_id = customer.customer_id) AS domains,
        (SELECT COUNT(*) FROM account WHERE account.customer_id = customer.customer_id AND removing = 0) AS mailboxes
       FROM customer JOIN plan ON plan.plan_id = customer.plan_id LEFT JOIN customer reseller ON reseller.customer_id = customer.reseller_id
       WHERE ${sql} ORDER BY customer.name`,
      ...parameters,
    )
    return rows.map(({ is_reseller: isReseller, reseller, ...row }) => ({ ...row, reseller: isReseller === 1, resellerOf: reseller }))
  },
}

/** A customer's number, which log and queue name it by. */
export const customerIdQuery: Query<{ readonly name: string }, { readonly found: number; readonly refused?: never } | { readonly refused: DirectoryRefusal }> =
  {
    name: 'directory.customer-id',
    async run(reader, { name }) {
      const customer = await findNamed<{ customer_id: number }>(reader, 'customer', name)
      return customer.refused === undefined ? { found: customer.row.customer_id } : { refused: customer.refused }
    },
  }

/** Undefined: it is gone. */
export const customerNameQuery: Query<{ readonly customerId: number }, string | undefined> = {
  name: 'directory.customer-name',
  run: async (reader, { customerId }) => (await reader.get<{ name: string }>('SELECT name FROM customer WHERE customer_id = ?', customerId))?.name,
}

export interface DomainListing {
  readonly domain: string
  readonly customer: string
  readonly addresses: number
}

export const listDomains: Query<{ readonly reach: Reach }, readonly DomainListing[]> = {
  name: 'directory.domains',
  async run(reader, { reach }) {
    const { sql, parameters } = customersWithin(reach)
    return reader.all<DomainListing & Record<string, never>>(
      `SELECT domain.name AS domain, customer.name AS customer, (SELECT COUNT(*) FROM address WHERE address.domain_id = domain.domain_id) AS addresses
       FROM domain JOIN customer ON customer.customer_id = domain.customer_id WHERE ${sql} ORDER BY domain.name`,
      ...parameters,
    )
  },
}

export const listPlans: Query<undefined, readonly ({ readonly name: string; readonly customers: number } & PlanLimits)[]> = {
  name: 'directory.plans',
  async run(reader) {
    const rows = await reader.all<PlanRow & { customers: number }>(
      'SELECT plan.*, (SELECT COUNT(*) FROM customer WHERE customer.plan_id = plan.plan_id) AS customers FROM plan ORDER BY plan.name',
    )
    return rows.map((row) => ({ name: row.name, customers: row.customers, ...planLimits(row) }))
  },
}

export interface AddressListing {
  readonly address: string
  readonly kind: AddressKind
  /** Of a mailbox. */
  readonly accountId: AccountId | undefined
  /** Of a mailbox; null: no limit. */
  readonly quotaBytes: number | null | undefined
  /** Of a forward, list or alias: its first targets. */
  readonly targets: readonly string[] | undefined
}

/** Rows of one page; ask again from the last address on. */
const pageLength = 1000
/** Targets shown of each. */
const maxTargetsShown = 20

/** Addresses of one kind, or of all, in order of their key: of one domain, or of all. `after`: the key to go on from. */
export const listAddresses: Query<
  { readonly reach: Reach; readonly kind: AddressKind | undefined; readonly domain: string | undefined; readonly after: string },
  { readonly addresses: readonly AddressListing[]; readonly next: string | undefined }
> = {
  name: 'directory.addresses',
  async run(reader, args) {
    const within = customersWithin(args.reach)
    const conditions = ['address.key > ?', within.sql]
    const parameters = [args.after, ...within.parameters]
    if (args.kind !== undefined) {
      conditions.push('address.kind = ?')
      parameters.push(args.kind)
    }
    if (args.domain !== undefined) {
      conditions.push('domain.name = ?')
      parameters.push(args.domain)
    }
    const rows = await reader.all<ListingRow>(
      `SELECT address.address_id, address.key, address.local_part, address.kind, address.account_id, account.quota_bytes, plan.storage_bytes
       FROM address JOIN domain ON domain.domain_id = address.domain_id
       JOIN customer ON customer.customer_id = domain.customer_id JOIN plan ON plan.plan_id = customer.plan_id
       LEFT JOIN account ON account.account_id = address.account_id
       WHERE ${conditions.join(' AND ')} ORDER BY address.key LIMIT ?`,
      ...parameters,
      pageLength,
    )
    const addresses: AddressListing[] = []
    for (const row of rows) {
      const targets = row.account_id === null ? await firstTargets(reader, row.address_id) : undefined
      const accountId = row.account_id === null ? undefined : (row.account_id as AccountId)
      const quotaBytes = accountId === undefined ? undefined : (quotaOf(row) ?? null)
      addresses.push({ address: formatAddress(rowAddress(row)), kind: row.kind, accountId, quotaBytes, targets })
    }
    return { addresses, next: rows.length === pageLength ? rows.at(-1)?.key : undefined }
  },
}

interface ListingRow {
  address_id: number
  key: string
  local_part: string
  kind: AddressKind
  account_id: number | null
  quota_bytes: number | null
  storage_bytes: number | null
}

async function firstTargets(reader: Parameters<typeof listAddresses.run>[0], addressId: number): Promise<string[]> {
  const rows = await reader.all<{ key: string; local_part: string }>(
    `SELECT a.key, a.local_part FROM address_target t JOIN address a ON a.address_id = t.target_id WHERE t.address_id = ?
     UNION ALL SELECT key, local_part FROM remote_target WHERE address_id = ? ORDER BY 1 LIMIT ?`,
    addressId,
    addressId,
    maxTargetsShown,
  )
  return rows.map((row) => formatAddress(rowAddress(row)))
}

/** Accounts whose address is gone and whose mail is not yet: what a crash in between left. */
export const accountsBeingRemoved: Query<undefined, readonly AccountId[]> = {
  name: 'directory.removing',
  async run(reader) {
    const rows = await reader.all<{ account_id: number }>('SELECT account_id FROM account WHERE removing = 1 ORDER BY account_id')
    return rows.map((row) => row.account_id as AccountId)
  },
}

/** Operators, with the mailbox that gets postmaster mail. */
export const listOperators: Query<undefined, readonly { readonly name: string; readonly mailbox: string | undefined }[]> = {
  name: 'directory.operators',
  async run(reader) {
    const rows = await reader.all<{ name: string; key: string | null }>(
      'SELECT operator.name AS name, address.key AS key FROM operator LEFT JOIN address ON address.address_id = operator.address_id ORDER BY operator.name',
    )
    return rows.map((row) => ({ name: row.name, mailbox: row.key ?? undefined }))
  },
}
