import type { AddressSettingKey } from '../address-settings.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { findDomain, findNamed } from './find.ts'
import { planRoom } from './plan-room.ts'
import { defaultsRefusal, type SettingValues, writeOwn } from './settings.ts'

/** The plan that new customers get. */
const standardPlan = 'standard'
/** The customer that a first domain gets when there is none yet. */
const firstCustomer = 'main'

export interface CustomerRow {
  customer_id: number
  name: string
  plan_id: number
}

export const addCustomer = directoryChange('customer.add', async (step: Step<{ readonly name: string; readonly plan: string | undefined }>) => {
  const name = step.args.name.toLowerCase()
  if ((await findNamed(step.tx, 'customer', name)).refused === undefined) return refuse({ code: 'exists', thing: 'customer', name })
  const plan = await findNamed<{ plan_id: number; name: string }>(step.tx, 'plan', step.args.plan ?? standardPlan)
  if (plan.refused !== undefined) return plan
  const customerId = await insertCustomer(step, name, plan.row.plan_id)
  return { done: { customerId, name, plan: plan.row.name }, audit: { subject: name, detail: { plan: plan.row.name } } }
})

interface CustomerChange {
  readonly customer: string
  /** Undefined: it keeps the one it has. */
  readonly plan: string | undefined
  /** Defaults for its addresses. */
  readonly values: SettingValues<AddressSettingKey>
}

export const setCustomer = directoryChange('customer.set', async ({ tx, args }: Step<CustomerChange>) => {
  const customer = await findNamed<CustomerRow>(tx, 'customer', args.customer)
  if (customer.refused !== undefined) return customer
  const plan = args.plan === undefined ? undefined : await findNamed<{ plan_id: number; name: string }>(tx, 'plan', args.plan)
  if (plan?.refused !== undefined) return plan
  const refusal = defaultsRefusal(args.values)
  if (refusal !== undefined) return refuse(refusal)
  const { customer_id: customerId, name } = customer.row
  if (plan !== undefined) await tx.run('UPDATE customer SET plan_id = ? WHERE customer_id = ?', plan.row.plan_id, customerId)
  await writeOwn({ tx }, 'customer', customerId, args.values)
  return { done: { customer: name }, audit: { subject: name, detail: { plan: plan?.row.name, ...args.values } } }
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
  return { done: { domainId, domain: args.name, customer: customer.row.name }, audit: { subject: args.name, detail: { customer: customer.row.name } } }
})

/** Only when it has no addresses any more: removing a domain must not remove mail by the way. */
export const removeDomain = directoryChange('domain.remove', async ({ tx, args }: Step<{ readonly name: string }>) => {
  const domain = await findDomain(tx, args.name)
  if (domain.refused !== undefined) return domain
  const { domain_id: domainId } = domain.row
  const addresses = await tx.all<{ key: string }>('SELECT key FROM address WHERE domain_id = ? ORDER BY key LIMIT 10', domainId)
  if (addresses.length > 0) return refuse({ code: 'in-use', thing: 'domain', name: args.name, by: addresses.map((row) => row.key) })
  await tx.run("DELETE FROM own_setting WHERE scope = 'domain' AND owner_id = ?", domainId)
  await tx.run('DELETE FROM domain WHERE domain_id = ?', domainId)
  return { done: { domain: args.name }, audit: { subject: args.name } }
})

async function customerFor(step: Step<{ readonly customer: string | undefined }>) {
  const { tx, args } = step
  if (args.customer !== undefined) return findNamed<CustomerRow>(tx, 'customer', args.customer)
  const customers = await tx.all<CustomerRow>('SELECT customer_id, name, plan_id FROM customer ORDER BY name LIMIT 11')
  const [only, ...others] = customers
  if (others.length > 0) return refuse({ code: 'which', thing: 'customer', names: customers.map((row) => row.name) })
  if (only !== undefined) return { row: only }
  const plan = await findNamed<{ plan_id: number }>(tx, 'plan', standardPlan)
  if (plan.refused !== undefined) return plan
  return { row: { customer_id: await insertCustomer(step, firstCustomer, plan.row.plan_id), name: firstCustomer, plan_id: plan.row.plan_id } }
}

async function insertCustomer(step: Step<unknown>, name: string, planId: number): Promise<number> {
  const customerId = await step.nextId('customer')
  await step.tx.run(
    'INSERT INTO customer (customer_id, name, plan_id, locked_reason, created_at_ms) VALUES (?, ?, ?, NULL, ?)',
    customerId,
    name,
    planId,
    step.atMs,
  )
  return customerId
}
