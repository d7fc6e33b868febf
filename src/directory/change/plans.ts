import type { Reader } from '../../database/database.ts'
import type { AddressSettingKey } from '../address-settings.ts'
import { allowedFeatures, formatDenied, type PlanFeature, planFeatures } from '../plan-features.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { edit, nobodys, type Prepared, type Write, writesOf } from './edit.ts'
import { findNamed } from './find.ts'
import { defaultsRefusal, type SettingValues, writeOwn } from './settings.ts'

/** null: no limit. Sizes in bytes. */
export interface PlanLimits {
  /** Of each mailbox that has no quota of its own. */
  readonly storageBytes: number | null
  readonly maxMessageBytes: number
  readonly maxMailboxes: number | null
  readonly maxAddresses: number | null
  readonly maxDomains: number | null
  /** What its customers may use (plan-features.ts). */
  readonly features: readonly PlanFeature[]
}

/** SPEC: 100 MB, save where a plan says otherwise. */
const defaultLimits: PlanLimits = {
  storageBytes: null,
  maxMessageBytes: 100 * 1024 ** 2,
  maxMailboxes: null,
  maxAddresses: null,
  maxDomains: null,
  features: planFeatures,
}

interface PlanArguments {
  readonly name: string
  readonly limits: Partial<PlanLimits>
  /** Defaults for the addresses of its customers. */
  readonly values: SettingValues<AddressSettingKey>
}

export const addPlan = directoryChange('plan.add', async ({ tx, args, atMs, nextId }: Step<PlanArguments>) => {
  const name = args.name.toLowerCase()
  if ((await findNamed(tx, 'plan', name)).refused === undefined) return refuse({ code: 'exists', thing: 'plan', name })
  const refusal = defaultsRefusal(args.values)
  if (refusal !== undefined) return refuse(refusal)
  const limits = { ...defaultLimits, ...args.limits }
  const planId = await nextId('plan')
  await tx.run(
    'INSERT INTO plan (plan_id, name, storage_bytes, max_message_bytes, max_mailboxes, max_addresses, max_domains, denied_features, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    planId,
    name,
    limits.storageBytes,
    limits.maxMessageBytes,
    limits.maxMailboxes,
    limits.maxAddresses,
    limits.maxDomains,
    formatDenied(limits.features),
    atMs,
  )
  await writeOwn({ tx }, 'plan', planId, args.values)
  return { done: { name, ...limits }, audit: { subject: name, detail: { ...limits, ...args.values } } }
})

/** Holds for every mailbox of the plan at once (SPEC C6). */
export const setPlan = directoryChange('plan.set', async (step: Step<PlanArguments>) => {
  const { args } = step
  const prepared = await preparePlan(step.tx, args)
  if (prepared.refused !== undefined) return prepared
  const { subject: name } = prepared.note
  const edited = await edit(step, prepared.note, prepared.writes)
  return { done: { name, edit: edited.edit }, audit: { subject: name, detail: { ...args.limits, ...args.values, ...edited } } }
})

export async function preparePlan(reader: Reader, args: PlanArguments): Promise<Prepared> {
  const plan = await findNamed<PlanRow>(reader, 'plan', args.name)
  if (plan.refused !== undefined) return plan
  const refusal = defaultsRefusal(args.values)
  if (refusal !== undefined) return refuse(refusal)
  const { plan_id: planId, name } = plan.row
  const writes = [...writesOf('plan', planId, args.values), ...limitWrites(planId, args.limits)]
  return { note: { change: 'plan.set', subject: name, customerId: nobodys }, writes, owner: nobodys }
}

/** Limits as values of an edit, by the plan's columns. */
function limitWrites(planId: number, { features, ...limits }: Partial<PlanLimits>): Write[] {
  const values = {
    storage_bytes: limits.storageBytes,
    max_message_bytes: limits.maxMessageBytes,
    max_mailboxes: limits.maxMailboxes,
    max_addresses: limits.maxAddresses,
    max_domains: limits.maxDomains,
    denied_features: features && formatDenied(features),
  }
  const texts = Object.entries(values).map(([column, value]) => [column, typeof value === 'number' ? String(value) : value])
  return writesOf('plan-limit', planId, Object.fromEntries(texts) as Record<string, string | null | undefined>)
}

export interface PlanRow {
  plan_id: number
  name: string
  storage_bytes: number | null
  max_message_bytes: number
  max_mailboxes: number | null
  max_addresses: number | null
  max_domains: number | null
  denied_features: string
}

/** Has who has `plan` nothing that `whole` does not have? */
export function isWithinPlan(plan: PlanRow, whole: PlanRow): boolean {
  const isAtMost = (one: number | null, most: number | null) => most === null || (one !== null && one <= most)
  const allowed = allowedFeatures(whole.denied_features)
  return (
    allowedFeatures(plan.denied_features).every((feature) => allowed.includes(feature)) &&
    (['storage_bytes', 'max_message_bytes', 'max_mailboxes', 'max_addresses', 'max_domains'] as const).every((limit) => isAtMost(plan[limit], whole[limit]))
  )
}

export function planLimits(row: PlanRow): PlanLimits {
  return {
    storageBytes: row.storage_bytes,
    maxMessageBytes: row.max_message_bytes,
    maxMailboxes: row.max_mailboxes,
    maxAddresses: row.max_addresses,
    maxDomains: row.max_domains,
    features: allowedFeatures(row.denied_features),
  }
}
