import type { Query, Reader } from '../../database/database.ts'
import { type AddressSettingKey, isAddressSettingKey } from '../address-settings.ts'
import type { Prepared, Write } from '../change/edit.ts'
import { prepareCustomer } from '../change/organisation.ts'
import { preparePlan } from '../change/plans.ts'
import { prepareDomain, prepareSettings } from '../change/settings.ts'
import { prepareRemoval, prepareTemplate } from '../change/templates.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { formatSize } from '../setting-kind.ts'
import { templateKey } from '../templates.ts'
import { type EditEffect, effectOn, type Replacement, type SettingEffect } from './edit-effect.ts'
import type { Layer, Sql } from './effective.ts'
import { exceeding } from './exceeding.ts'

/** Edits that have a preview, with what each is given: the same as the change of that name. */
interface Previewed {
  readonly 'setting.set': Parameters<typeof prepareSettings>[0]
  readonly 'plan.set': Parameters<typeof preparePlan>[1]
  readonly 'customer.set': Parameters<typeof prepareCustomer>[1]
  readonly 'domain.set': Parameters<typeof prepareDomain>[1]
  readonly 'template.set': Parameters<typeof prepareTemplate>[1]
  readonly 'template.remove': Parameters<typeof prepareRemoval>[1]
}

/** One of them. */
export type PreviewOf = { readonly [Name in keyof Previewed]: { readonly change: Name; readonly args: Previewed[Name] } }[keyof Previewed]

/** How many addresses an edit would change, from what to what; it is refused as the edit would be. */
export const previewEdit: Query<PreviewOf, { readonly effect: EditEffect; readonly refused?: never } | { readonly refused: DirectoryRefusal }> = {
  name: 'directory.preview',
  async run(reader, preview) {
    const prepared = await prepare(reader, preview)
    if (prepared.refused !== undefined) return { refused: prepared.refused }
    return { effect: await effectOfWrites(reader, prepared.writes) }
  },
}

async function prepare(reader: Reader, { change, args }: PreviewOf): Promise<Prepared> {
  switch (change) {
    case 'setting.set':
      return prepareSettings(args)
    case 'plan.set':
      return preparePlan(reader, args)
    case 'customer.set':
      return prepareCustomer(reader, args)
    case 'domain.set':
      return prepareDomain(reader, args)
    case 'template.set':
      return prepareTemplate(reader, args)
    case 'template.remove':
      return prepareRemoval(reader, args)
  }
}

/** All writes of one edit are about the same addresses. */
export async function effectOfWrites(reader: Reader, writes: readonly Write[]): Promise<EditEffect> {
  const replaced = new Map<AddressSettingKey, { layers: Partial<Record<Layer, string | null>>; template?: Replacement['template'] }>()
  const of = (key: AddressSettingKey) => {
    const known = replaced.get(key) ?? { layers: {} }
    replaced.set(key, known)
    return known
  }
  const storage: SettingEffect[] = []
  for (const write of writes) {
    const { scope, ownerId, key, value } = write
    if (isAddressSettingKey(key)) {
      if (scope === 'template') of(key).template = { templateId: ownerId, value }
      else if (scope === 'installation' || scope === 'plan' || scope === 'customer' || scope === 'domain') of(key).layers[scope] = value
    } else if (scope === 'domain' && key === templateKey('protection')) {
      for (const [setting, then] of await swapped(reader, 'template', await numberAt(reader, write), value)) of(setting).layers.domainTemplate = then
    } else if (scope === 'customer-plan') {
      const before = await reader.get<{ plan_id: number }>('SELECT plan_id FROM customer WHERE customer_id = ?', ownerId)
      for (const [setting, then] of await swapped(reader, 'plan', before?.plan_id, value)) of(setting).layers.plan = then
      const plan = await reader.get<{ storage_bytes: number | null }>('SELECT storage_bytes FROM plan WHERE plan_id = ?', Number(value))
      storage.push(...(await storageEffect(reader, { sql: 'customer.customer_id = ?', parameters: [ownerId] }, plan?.storage_bytes ?? null)))
    } else if (scope === 'plan-limit' && key === 'storage_bytes') {
      storage.push(...(await storageEffect(reader, { sql: 'customer.plan_id = ?', parameters: [ownerId] }, value === null ? null : Number(value))))
    }
  }
  const replacements = [...replaced].map(([key, { layers, template }]): Replacement => ({ key, layers, template }))
  const { addresses, settings } = await effectOn(reader, [addressesOf(writes)], replacements)
  const changing = Math.max(addresses, ...storage.map((one) => one.changing))
  return { addresses: changing, settings: [...settings, ...storage], exceeding: await exceeding(reader, writes) }
}

/** Addresses that a value of this owner can reach. */
function addressesOf([write]: readonly Write[]): Sql {
  const id = write?.ownerId ?? 0
  switch (write?.scope) {
    case 'installation':
      return { sql: '1 = 1', parameters: [] }
    case 'plan':
    case 'plan-limit':
      return { sql: 'customer.plan_id = ?', parameters: [id] }
    case 'customer':
    case 'customer-plan':
      return { sql: 'customer.customer_id = ?', parameters: [id] }
    case 'domain':
      return { sql: 'domain.domain_id = ?', parameters: [id] }
    case 'template':
    case 'template-name':
      return { sql: '(address_has.value = ? OR domain_has.value = ?)', parameters: [String(id), String(id)] }
    default:
      return { sql: '1 = 0', parameters: [] }
  }
}

/** What a plan or template says in the place of another: null where only the other one said something. */
async function swapped(
  reader: Reader,
  scope: 'plan' | 'template',
  before: number | undefined,
  after: string | null,
): Promise<ReadonlyMap<AddressSettingKey, string | null>> {
  const values = new Map<AddressSettingKey, string | null>()
  const ownOf = async (id: number) =>
    reader.all<{ key: string; value: string }>('SELECT key, value FROM own_setting WHERE scope = ? AND owner_id = ?', scope, id)
  for (const { key } of before === undefined ? [] : await ownOf(before)) if (isAddressSettingKey(key)) values.set(key, null)
  for (const { key, value } of after === null ? [] : await ownOf(Number(after))) if (isAddressSettingKey(key)) values.set(key, value)
  return values
}

/** The id that a value of an owner is now. */
async function numberAt(reader: Reader, { scope, ownerId, key }: Write): Promise<number | undefined> {
  const row = await reader.get<{ value: string }>('SELECT value FROM own_setting WHERE scope = ? AND owner_id = ? AND key = ?', scope, ownerId, key)
  return row === undefined ? undefined : Number(row.value)
}

/** How much mailboxes may hold that have no limit of their own. */
async function storageEffect(reader: Reader, where: Sql, bytes: number | null): Promise<SettingEffect[]> {
  const rows = await reader.all<{ own: number; storage_bytes: number | null; number: number }>(
    `SELECT CASE WHEN account.quota_bytes IS NULL THEN 0 ELSE 1 END AS own, plan.storage_bytes, COUNT(*) AS number
     FROM account JOIN customer ON customer.customer_id = account.customer_id JOIN plan ON plan.plan_id = customer.plan_id
     WHERE account.removing = 0 AND ${where.sql} GROUP BY CASE WHEN account.quota_bytes IS NULL THEN 0 ELSE 1 END, plan.storage_bytes`,
    ...where.parameters,
  )
  const words = (limit: number | null) => (limit === null ? 'none' : formatSize(limit))
  const number = (isOwn: number, isSame: boolean) =>
    rows.filter((row) => row.own === isOwn && (row.storage_bytes === bytes) === isSame).reduce((total, row) => total + row.number, 0)
  const own = number(1, true) + number(1, false)
  const changes = rows
    .filter((row) => row.own === 0 && row.storage_bytes !== bytes)
    .map((row) => ({ from: words(row.storage_bytes), to: words(bytes), addresses: row.number }))
  return [
    {
      key: 'storage',
      changing: number(0, false),
      changes,
      keeping: own === 0 ? [] : [{ by: 'address', addresses: own }],
      same: number(0, true),
      first: [],
    },
  ]
}
