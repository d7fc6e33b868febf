import type { Reader } from '../database/database.ts'
import { type AddressRow, customerOf } from './change/find.ts'
import type { DirectoryRefusal } from './refusal.ts'

/**
 * What a plan can allow or not. What it does not allow cannot be set up. Autoresponders, app passwords, tokens and webhooks that are there rest
 * meanwhile; forwards, lists and catch-alls that are there go on, since mail to them would be refused.
 */
export const planFeatures = ['forwarding-elsewhere', 'lists', 'autoresponder', 'catch-all', 'app-passwords', 'api'] as const
export type PlanFeature = (typeof planFeatures)[number]

/** As `plan.denied_features` holds them: each with a comma on both sides, so that SQL can ask for one; '': all are allowed. */
export function formatDenied(allowed: readonly PlanFeature[]): string {
  const denied = planFeatures.filter((feature) => !allowed.includes(feature))
  return denied.length === 0 ? '' : `,${denied.join(',')},`
}

/** The allowed ones. */
export function allowedFeatures(denied: string): PlanFeature[] {
  return planFeatures.filter((feature) => !denied.includes(`,${feature},`))
}

/** For SQL: does the plan of this row allow it? */
export function allowsSql(feature: PlanFeature): string {
  return `plan.denied_features NOT LIKE '%,${feature},%'`
}

/** Undefined: the customer's plan allows it. */
export async function planAllows(reader: Reader, customerId: number, feature: PlanFeature): Promise<DirectoryRefusal | undefined> {
  const plan = await reader.get<{ name: string }>(
    `SELECT plan.name FROM customer JOIN plan ON plan.plan_id = customer.plan_id WHERE customer.customer_id = ? AND NOT (${allowsSql(feature)})`,
    customerId,
  )
  return plan === undefined ? undefined : { code: 'not-in-plan', feature, plan: plan.name }
}

/** The same for the customer of an address. */
export async function planAllowsAt(reader: Reader, address: Pick<AddressRow, 'domain_id'>, feature: PlanFeature): Promise<DirectoryRefusal | undefined> {
  const customerId = await customerOf(reader, address)
  return customerId === undefined ? undefined : planAllows(reader, customerId, feature)
}
