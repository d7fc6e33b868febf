import type { Query } from '../../database/database.ts'
import type { AccountId } from '../../mail/ids.ts'
import { findNamed } from '../change/find.ts'
import { customersWithin, type Reach } from '../reach.ts'
import { type PlanLimits, type PlanRow, planLimits } from '../change/plans.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { templateKey } from '../templates.ts'
import { ownSettings } from './own-settings.ts'
import { containing, type PageOf } from './page.ts'

/** Which of those within reach. */
interface Wanted extends PageOf {
  readonly reach: Reach
  readonly contains?: string | undefined
}

export interface CustomerListing {
  readonly name: string
  readonly plan: string
  readonly domains: number
  readonly mailboxes: number
  readonly reseller: boolean
  /** Whose customer it is; null: the operator's. */
  readonly resellerOf: string | null
  /** Settings of its own, which its addresses inherit. */
  readonly values: Readonly<Record<string, string>>
}

/** By name. */
export const listCustomers: Query<Wanted, { readonly customers: readonly CustomerListing[]; readonly next: string | undefined }> = {
  name: 'directory.customers',
  async run(reader, { reach, contains, after, limit }) {
    const { sql, parameters } = customersWithin(reach)
    const rows = await reader.all<
      Omit<CustomerListing, 'reseller' | 'resellerOf' | 'values'> & { customer_id: number; is_reseller: number; reseller: string | null }
    >(
      `SELECT customer.customer_id, customer.name AS name, plan.name AS plan, customer.is_reseller, reseller.name AS reseller,
        (SELECT COUNT(*) FROM domain WHERE domain.customer_id = customer.customer_id) AS domains,
        (SELECT COUNT(*) FROM account WHERE account.customer_id = customer.customer_id AND removing = 0) AS mailboxes
       FROM customer JOIN plan ON plan.plan_id = customer.plan_id LEFT JOIN customer reseller ON reseller.customer_id = customer.reseller_id
       WHERE ${sql} AND customer.name LIKE ? ESCAPE '\\' AND customer.name > ? ORDER BY customer.name LIMIT ?`,
      ...parameters,
      containing(contains ?? ''),
      after,
      limit,
    )
    const own = await ownSettings(reader, 'customer', new Set(rows.map((row) => row.customer_id)))
    const customers = rows.map(({ customer_id: id, is_reseller: isReseller, reseller, ...row }) => ({
      ...{ ...row, reseller: isReseller === 1, resellerOf: reseller },
      values: own.get(id)?.values ?? {},
    }))
    return { customers, next: rows.length === limit ? rows.at(-1)?.name : undefined }
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
  /** Settings of its own, which its addresses inherit. */
  readonly values: Readonly<Record<string, string>>
  /** Name of the template that it has for its addresses. */
  readonly template: string | null
}

/** By name. */
export const listDomains: Query<
  Wanted & { readonly customer?: string | undefined },
  { readonly domains: readonly DomainListing[]; readonly next: string | undefined }
> = {
  name: 'directory.domains',
  async run(reader, { reach, customer, contains, after, limit }) {
    const { sql, parameters } = customersWithin(reach)
    const rows = await reader.all<Omit<DomainListing, 'values'> & { domain_id: number }>(
      `SELECT domain.domain_id, domain.name AS domain, customer.name AS customer,
        (SELECT COUNT(*) FROM address WHERE address.domain_id = domain.domain_id) AS addresses,
        (SELECT template.name FROM own_setting has JOIN template ON template.template_id = CAST(has.value AS INTEGER)
         WHERE has.scope = 'domain' AND has.owner_id = domain.domain_id AND has.key = ?) AS template
       FROM domain JOIN customer ON customer.customer_id = domain.customer_id
       WHERE ${sql} AND ${customer === undefined ? '1 = 1' : 'customer.name = ?'} AND domain.name LIKE ? ESCAPE '\\' AND domain.name > ? ORDER BY domain.name LIMIT ?`,
      templateKey('protection'),
      ...parameters,
      ...(customer === undefined ? [] : [customer]),
      containing(contains ?? ''),
      after,
      limit,
    )
    const own = await ownSettings(reader, 'domain', new Set(rows.map((row) => row.domain_id)))
    const domains = rows.map(({ domain_id: id, ...row }) => ({ ...row, values: own.get(id)?.values ?? {} }))
    return { domains, next: rows.length === limit ? rows.at(-1)?.domain : undefined }
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
