import type { Query, Reader } from '../../database/database.ts'
import { type AddressSettingKey, isAddressSettingKey } from '../address-settings.ts'
import { type ManyChange, prepareMany, type PreparedMany, type WhyNot } from '../change/many.ts'
import { customersWithin, type Reach } from '../reach.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { everybodys } from '../templates.ts'
import { type EditEffect, effectOn, type Replacement } from './edit-effect.ts'
import type { Sql } from './effective.ts'
import { countSelected, namesSelected, notThere } from './selection.ts'

export interface ManyEffect {
  readonly effect: EditEffect
  /** How many addresses are meant. */
  readonly selected: number
  /** The first that cannot have what is given, and why. */
  readonly skipped: readonly { readonly address: string; readonly why: WhyNot }[]
  /** Addresses that were named and are not there. */
  readonly missing: readonly string[]
}

/** Named in an answer. */
const maxNamed = 1000

/** What a change of many addresses would do; refused as the change would be. */
export const previewMany: Query<ManyChange, (ManyEffect & { readonly refused?: never }) | { readonly refused: DirectoryRefusal }> = {
  name: 'directory.preview-many',
  async run(reader, args) {
    const prepared = await prepareMany(reader, args)
    if (prepared.refused !== undefined) return { refused: prepared.refused }
    const skipped: { address: string; why: WhyNot }[] = []
    for (const { unless } of prepared.values) {
      if (unless === undefined) continue
      const names = await namesSelected(reader, prepared.pieces, unless.where, maxNamed - skipped.length)
      skipped.push(...names.map((address) => ({ address, why: unless.why })))
    }
    return {
      effect: await effectOn(reader, prepared.pieces, await replacements(reader, prepared, args.selection.reach)),
      selected: await countSelected(reader, prepared.pieces),
      skipped,
      missing: (await notThere(reader, args.selection)).slice(0, maxNamed),
    }
  },
}

async function replacements(reader: Reader, { values, template }: Exclude<PreparedMany, { refused: DirectoryRefusal }>, reach: Reach): Promise<Replacement[]> {
  const all: Replacement[] = []
  for (const { key, value, unless } of values) {
    const only = unless && not(unless.where)
    if (isAddressSettingKey(key)) all.push({ key, layers: { address: value }, only })
    else
      for (const [setting, then] of await templateValues(reader, template?.template_id, reach))
        all.push({ key: setting, layers: { addressTemplate: then }, only })
  }
  return together(all)
}

/** Every setting that a template within reach says something of, with what this one says. */
async function templateValues(reader: Reader, templateId: number | undefined, reach: Reach): Promise<ReadonlyMap<AddressSettingKey, string | null>> {
  const { sql, parameters } = customersWithin(reach)
  const rows = await reader.all<{ owner_id: number; key: string; value: string }>(
    `SELECT own_setting.owner_id, own_setting.key, own_setting.value FROM own_setting
     JOIN template ON template.template_id = own_setting.owner_id LEFT JOIN customer ON customer.customer_id = template.customer_id
     WHERE own_setting.scope = 'template' AND (template.customer_id = ${everybodys} OR ${sql})`,
    ...parameters,
  )
  const values = new Map<AddressSettingKey, string | null>()
  for (const { owner_id: owner, key, value } of rows) {
    if (!isAddressSettingKey(key)) continue
    if (owner === templateId) values.set(key, value)
    else if (!values.has(key)) values.set(key, null)
  }
  return values
}

/** A setting that is given by itself and by a template: both layers at once. */
function together(replacements: readonly Replacement[]): Replacement[] {
  const byKey = new Map<AddressSettingKey, Replacement>()
  for (const one of replacements) {
    const known = byKey.get(one.key)
    byKey.set(one.key, known === undefined ? one : { ...known, layers: { ...known.layers, ...one.layers } })
  }
  return [...byKey.values()]
}

function not({ sql, parameters }: Sql): Sql {
  return { sql: `NOT (${sql})`, parameters }
}
