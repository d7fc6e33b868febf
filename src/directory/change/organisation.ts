import type { AddressSettingKey } from '../address-settings.ts'
import type { Reader } from '../../database/database.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { removeCredentials } from './credentials.ts'
import { edit, forgetEdits, nobodys, type Prepared, writesOf } from './edit.ts'
import { findDomain, findNamed, type Found } from './find.ts'
import { forgetIdentityProvider } from './identity-providers.ts'
import { forgetLocks } from './locks.ts'
import { planRoom } from './plan-room.ts'
import { isWithinPlan, type PlanRow } from './plans.ts'
import { defaultsRefusal, hasOperatorsKey, type SettingValues } from './settings.ts'
import { forgetTemplates } from './templates.ts'

/** The plan that new customers get. */
const standardPlan = 'standard'
/** The customer that a first domain gets when there is none yet. */
const firstCustomer = 'main'

export interface CustomerRow {
  customer_id: number
  name: string
  plan_id: number
  /** Whose customer it is; null: the operator's. */
  reseller_id: number | null
  is_reseller: number
}

interface NewCustomer {
  readonly name: string
  readonly plan: string | undefined
  /** Its reseller asks for it. */
  readonly resellerId?: number
}

export const addCustomer = directoryChange('customer.add', async (step: Step<NewCustomer>) => {
  const reseller = step.args.resellerId === undefined ? undefined : await customerById(step.tx, step.args.resellerId)
  if (reseller?.is_reseller === 0) return refuse({ code: 'no-reseller', name: reseller.name })
  const name = nameBelow(reseller, step.args.name.toLowerCase())
  if ((await findNamed(step.tx, 'customer', name)).refused === undefined) return refuse({ code: 'exists', thing: 'customer', name })
  const plan = await planToGive(step.tx, step.args.plan, reseller)
  if (plan.refused !== undefined) return plan
  const customerId = await insertCustomer(step, { name, planId: plan.row.plan_id, resellerId: reseller?.customer_id ?? null })
  return { done: { customerId, name, plan: plan.row.name }, audit: { subject: name, detail: { plan: plan.row.name }, customerId } }
})

/** A reseller gives what it has itself: what is beyond its own plan is to it as if it were not there. Without a name, the plan that it has. */
async function planToGive(reader: Reader, name: string | undefined, reseller: CustomerRow | undefined): Promise<Found<PlanRow>> {
  if (reseller === undefined) return await findNamed<PlanRow>(reader, 'plan', name ?? standardPlan)
  const own = await reader.get<PlanRow>('SELECT * FROM plan WHERE plan_id = ?', reseller.plan_id)
  if (own === undefined) throw new Error(`no plan ${reseller.plan_id}`)
  const plan = name === undefined ? { row: own } : await findNamed<PlanRow>(reader, 'plan', name)
  if (plan.refused === undefined && isWithinPlan(plan.row, own)) return plan
  return refuse({ code: 'unknown', thing: 'plan', name: name ?? own.name, near: undefined })
}

/** Names of a reseller's customers begin with its own: none is refused since somebody else has one of that name. */
function nameBelow(reseller: CustomerRow | undefined, name: string): string {
  return reseller === undefined || name.startsWith(`${reseller.name}.`) ? name : `${reseller.name}.${name}`
}

async function customerById(reader: Reader, customerId: number): Promise<CustomerRow> {
  const row = await reader.get<CustomerRow>('SELECT * FROM customer WHERE customer_id = ?', customerId)
  if (row === undefined) throw new Error(`no customer ${customerId}`)
  return row
}

interface CustomerChange {
  readonly customer: string
  /** Undefined: it keeps the one it has. */
  readonly plan: string | undefined
  /** May it have customers of its own? Undefined: as it was. */
  readonly isReseller?: boolean | undefined
  /** Whose customer it is; null: the operator's. Undefined: as it was. */
  readonly resellerOf?: string | null | undefined
  /** Its reseller asks for it. */
  readonly resellerId?: number | undefined
  /** Defaults for its addresses. */
  readonly values: SettingValues<AddressSettingKey>
}

export const setCustomer = directoryChange('customer.set', async (step: Step<CustomerChange>) => {
  const { tx, args } = step
  const prepared = await prepareCustomer(tx, args)
  if (prepared.refused !== undefined) return prepared
  const { resellerId, isReseller } = prepared.place
  const { subject: name } = prepared.note
  await tx.run('UPDATE customer SET reseller_id = ?, is_reseller = ? WHERE name = ?', resellerId, isReseller ? 1 : 0, name)
  const edited = await edit(step, prepared.note, prepared.writes)
  const detail = { plan: args.plan, reseller: args.isReseller, resellerOf: args.resellerOf, ...args.values, ...edited }
  return { done: { customer: name, edit: edited.edit }, audit: { subject: name, detail, customerId: prepared.owner } }
})

export async function prepareCustomer(
  reader: Reader,
  args: CustomerChange,
): Promise<(Prepared & { readonly refused?: never; readonly place: Place }) | { readonly refused: DirectoryRefusal }> {
  const customer = await findNamed<CustomerRow>(reader, 'customer', args.customer)
  if (customer.refused !== undefined) return customer
  const reseller = args.resellerId === undefined ? undefined : await customerById(reader, args.resellerId)
  const plan = args.plan === undefined ? undefined : await planToGive(reader, args.plan, reseller)
  if (plan?.refused !== undefined) return plan
  const refusal = defaultsRefusal(args.values)
  if (refusal !== undefined) return refuse(refusal)
  const place = await placeOf(reader, customer.row, args)
  if (place.refused !== undefined) return place
  const { customer_id: customerId, name } = customer.row
  const writes = [
    ...writesOf('customer', customerId, args.values),
    ...writesOf('customer-plan', customerId, { plan: plan === undefined ? undefined : String(plan.row.plan_id) }),
  ]
  return { note: { change: 'customer.set', subject: name, customerId: undoer(customer.row, args) }, writes, owner: customerId, place: place.row }
}

/** Whose people may undo it: a plan is given from above. */
function undoer(customer: CustomerRow, { plan, values }: CustomerChange): number {
  if (hasOperatorsKey(values)) return nobodys
  return plan === undefined ? customer.customer_id : (customer.reseller_id ?? nobodys)
}

interface Place {
  resellerId: number | null
  isReseller: boolean
}

/** Where a customer stands after a change: there are resellers and their customers, and no more than that. */
async function placeOf(tx: Reader, row: CustomerRow, { isReseller, resellerOf }: CustomerChange): Promise<Found<Place>> {
  const place: Place = { resellerId: row.reseller_id, isReseller: isReseller ?? row.is_reseller === 1 }
  if (resellerOf !== undefined) {
    const reseller = resellerOf === null ? undefined : await findNamed<CustomerRow>(tx, 'customer', resellerOf)
    if (reseller?.refused !== undefined) return reseller
    if (reseller?.row.is_reseller === 0) return refuse({ code: 'no-reseller', name: reseller.row.name })
    place.resellerId = reseller?.row.customer_id ?? null
  }
  const below = await tx.get('SELECT 1 AS one FROM customer WHERE reseller_id = ? LIMIT 1', row.customer_id)
  const hasCustomers = below !== undefined
  if ((place.resellerId !== null && (place.isReseller || hasCustomers)) || (hasCustomers && !place.isReseller))
    return refuse({ code: 'reseller-depth', name: row.name })
  return { row: place }
}

/** Only when nothing is left of it: no domain, no mail on its way out, no customer of its own. */
export const removeCustomer = directoryChange('customer.remove', async (step: Step<{ readonly name: string }>) => {
  const { tx, args } = step
  const customer = await findNamed<CustomerRow>(tx, 'customer', args.name)
  if (customer.refused !== undefined) return customer
  const { customer_id: customerId, name } = customer.row
  const by = await tx.all<{ name: string }>(
    `SELECT name FROM domain WHERE customer_id = ? UNION ALL SELECT name FROM customer WHERE reseller_id = ?
     UNION ALL SELECT 'account ' || account_id FROM account WHERE customer_id = ? ORDER BY 1 LIMIT 10`,
    customerId,
    customerId,
    customerId,
  )
  if (by.length > 0) return refuse({ code: 'in-use', thing: 'customer', name, by: by.map((row) => row.name) })
  for (const { person_id: personId } of await tx.all<{ person_id: number }>('SELECT person_id FROM person WHERE customer_id = ?', customerId))
    await removeCredentials(step, 'person', personId)
  await tx.run('DELETE FROM person WHERE customer_id = ?', customerId)
  await tx.run("DELETE FROM own_setting WHERE scope = 'customer' AND owner_id = ?", customerId)
  await forgetEdits(tx, 'customer', customerId)
  await forgetEdits(tx, 'customer-plan', customerId)
  await forgetTemplates(tx, customerId)
  await forgetLocks(step, 'customer', customerId)
  await forgetIdentityProvider(tx, customerId)
  await tx.run('DELETE FROM customer WHERE customer_id = ?', customerId)
  return { done: { customer: name }, audit: { subject: name, ...(customer.row.reseller_id !== null && { customerId: customer.row.reseller_id }) } }
})

/** Without a customer: the only one there is, or a first one. */
export const addDomain = directoryChange('domain.add', async (step: Step<{ readonly name: string; readonly customer: string | undefined }>) => {
  const { tx, args, atMs } = step
  if ((await findDomain(tx, args.name)).refused === undefined) return refuse({ code: 'exists', thing: 'domain', name: args.name })
  const customer = await customerFor(step)
  if (customer.refused !== undefined) return customer
  const full = await planRoom(tx, customer.row.customer_id, 'domains')
  if (full !== undefined) return refuse(full)
  const domainId = await step.nextId('domain')
  await tx.run('INSERT INTO domain (domain_id, customer_id, name, created_at_ms) VALUES (?, ?, ?, ?)', domainId, customer.row.customer_id, args.name, atMs)
  const { customer_id: customerId, name } = customer.row
  return { done: { domainId, domain: args.name, customer: name }, audit: { subject: args.name, detail: { customer: name }, customerId } }
})

/** Only when it has no addresses any more: removing a domain must not remove mail by the way. */
export const removeDomain = directoryChange('domain.remove', async ({ tx, args }: Step<{ readonly name: string }>) => {
  const domain = await findDomain(tx, args.name)
  if (domain.refused !== undefined) return domain
  const { domain_id: domainId } = domain.row
  const addresses = await tx.all<{ key: string }>('SELECT key FROM address WHERE domain_id = ? ORDER BY key LIMIT 10', domainId)
  if (addresses.length > 0) return refuse({ code: 'in-use', thing: 'domain', name: args.name, by: addresses.map((row) => row.key) })
  await tx.run("DELETE FROM own_setting WHERE scope = 'domain' AND owner_id = ?", domainId)
  await forgetEdits(tx, 'domain', domainId)
  await tx.run('DELETE FROM identity_provider_domain WHERE domain_id = ?', domainId)
  await tx.run('DELETE FROM domain WHERE domain_id = ?', domainId)
  return { done: { domain: args.name }, audit: { subject: args.name, customerId: domain.row.customer_id } }
})

async function customerFor(step: Step<{ readonly customer: string | undefined }>) {
  const { tx, args } = step
  if (args.customer !== undefined) return findNamed<CustomerRow>(tx, 'customer', args.customer)
  const customers = await tx.all<CustomerRow>('SELECT * FROM customer ORDER BY name LIMIT 11')
  const [only, ...others] = customers
  if (others.length > 0) return refuse({ code: 'which', thing: 'customer', names: customers.map((row) => row.name) })
  if (only !== undefined) return { row: only }
  const plan = await findNamed<{ plan_id: number }>(tx, 'plan', standardPlan)
  if (plan.refused !== undefined) return plan
  const customerId = await insertCustomer(step, { name: firstCustomer, planId: plan.row.plan_id, resellerId: null })
  return { row: { customer_id: customerId, name: firstCustomer, plan_id: plan.row.plan_id, reseller_id: null, is_reseller: 0 } }
}

interface CustomerToInsert {
  readonly name: string
  readonly planId: number
  readonly resellerId: number | null
}

async function insertCustomer(step: Step<unknown>, { name, planId, resellerId }: CustomerToInsert): Promise<number> {
  const customerId = await step.nextId('customer')
  await step.tx.run(
    'INSERT INTO customer (customer_id, name, plan_id, reseller_id, locked_reason, created_at_ms) VALUES (?, ?, ?, ?, NULL, ?)',
    customerId,
    name,
    planId,
    resellerId,
    step.atMs,
  )
  return customerId
}
