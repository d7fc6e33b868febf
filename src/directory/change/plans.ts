import type { AddressSettingKey } from '../address-settings.ts'
import { directoryChange, refuse, type Step } from './change.ts'
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
}

/** SPEC: 100 MB, save where a plan says otherwise. */
const defaultLimits: PlanLimits = { storageBytes: null, maxMessageBytes: 100 * 1024 ** 2, maxMailboxes: null, maxAddresses: null, maxDomains: null }

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
    'INSERT INTO plan (plan_id, name, storage_bytes, max_message_bytes, max_mailboxes, max_addresses, max_domains, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    planId,
    name,
    limits.storageBytes,
    limits.maxMessageBytes,
    limits.maxMailboxes,
    limits.maxAddresses,
    limits.maxDomains,
    atMs,
  )
  await writeOwn({ tx }, 'plan', planId, args.values)
  return { done: { name, ...limits }, audit: { subject: name, detail: { ...limits, ...args.values } } }
})

/** Holds for every mailbox of the plan at once (SPEC C6). */
export const setPlan = directoryChange('plan.set', async ({ tx, args }: Step<PlanArguments>) => {
  const plan = await findNamed<PlanRow>(tx, 'plan', args.name)
  if (plan.refused !== undefined) return plan
  const refusal = defaultsRefusal(args.values)
  if (refusal !== undefined) return refuse(refusal)
  const limits = { ...planLimits(plan.row), ...args.limits }
  await tx.run(
    'UPDATE plan SET storage_bytes = ?, max_message_bytes = ?, max_mailboxes = ?, max_addresses = ?, max_domains = ? WHERE plan_id = ?',
    limits.storageBytes,
    limits.maxMessageBytes,
    limits.maxMailboxes,
    limits.maxAddresses,
    limits.maxDomains,
    plan.row.plan_id,
  )
  await writeOwn({ tx }, 'plan', plan.row.plan_id, args.values)
  return { done: { name: plan.row.name, ...limits }, audit: { subject: plan.row.name, detail: { ...args.limits, ...args.values } } }
})

export interface PlanRow {
  plan_id: number
  name: string
  storage_bytes: number | null
  max_message_bytes: number
  max_mailboxes: number | null
  max_addresses: number | null
  max_domains: number | null
}

export function planLimits(row: PlanRow): PlanLimits {
  return {
    storageBytes: row.storage_bytes,
    maxMessageBytes: row.max_message_bytes,
    maxMailboxes: row.max_mailboxes,
    maxAddresses: row.max_addresses,
    maxDomains: row.max_domains,
  }
}
