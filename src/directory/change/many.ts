import type { Reader } from '../../database/database.ts'
import { formatAddress } from '../../mail/address.ts'
import type { AddressSettingKey } from '../address-settings.ts'
import { lockedAt, type Sql } from '../query/effective.ts'
import { all, type Selection, selectable, selected } from '../query/selection.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { everybodys, templateKey } from '../templates.ts'
import { directoryChange, type Step } from './change.ts'
import { type EditNote, nobodys, openEdit, putInPlace } from './edit.ts'
import { findTemplateFor, type TemplateRow } from './find-template.ts'
import { hasOperatorsKey, type SettingValues } from './settings.ts'

/** What many addresses are given at once. */
export interface ManyChange {
  readonly selection: Selection
  readonly values: SettingValues<AddressSettingKey>
  /** Name of a template of protection; null: none any more; undefined: as it is. */
  readonly template: string | null | undefined
}

/** One value for all of them. `unless`: those that cannot have it, and why. */
export interface ValueForMany {
  readonly key: string
  readonly value: string | null
  readonly unless: { readonly why: WhyNot; readonly where: Sql } | undefined
}

/** `locked`: a list's greylisting; `allow-only-empty`: nobody could write to it; `others-template`: the template is another customer's. */
export type WhyNot = 'locked' | 'allow-only-empty' | 'others-template'

export type PreparedMany =
  | { readonly pieces: readonly Sql[]; readonly values: readonly ValueForMany[]; readonly template: TemplateRow | undefined; readonly refused?: never }
  | { readonly refused: DirectoryRefusal }

/** Settings, a template, or none any more, for many addresses: one edit, whose values show what each had before. */
export const setMany = directoryChange('address.set-many', async (step: Step<ManyChange>) => {
  const { tx, args } = step
  const prepared = await prepareMany(tx, args)
  if (prepared.refused !== undefined) return prepared
  const note: EditNote = { change: 'address.set-many', subject: subjectOf(args.selection), customerId: nobodys }
  const editId = await openEdit(step, note)
  for (const piece of prepared.pieces) for (const value of prepared.values) await noteForMany(step, editId, piece, value)
  const noted = await tx.get<{ number: number }>('SELECT COUNT(DISTINCT owner_id) AS number FROM edit_value WHERE edit_id = ?', editId)
  const changed = noted?.number ?? 0
  if (changed === 0) await tx.run('DELETE FROM edit WHERE edit_id = ?', editId)
  await putInPlace(tx, editId)
  const customerId = await ownerOf(step, editId)
  await tx.run('UPDATE edit SET customer_id = ? WHERE edit_id = ?', hasOperatorsKey(args.values) ? nobodys : customerId, editId)
  const done = { edit: changed === 0 ? null : editId, changed }
  return { done, audit: { subject: note.subject, detail: { ...args.values, template: args.template, ...done }, customerId } }
})

/** Which addresses, which values, and who cannot have them. */
export async function prepareMany(reader: Reader, { selection, values, template }: ManyChange): Promise<PreparedMany> {
  const pieces = await selected(reader, selection)
  if (pieces.refused !== undefined) return pieces
  const found = typeof template === 'string' ? await findTemplateFor(reader, template, await onlyCustomer(reader, pieces.row, selection)) : undefined
  if (found?.refused !== undefined) return found
  const given = Object.entries(values).map(([key, value]): ValueForMany => ({ key, value, unless: unlessFor(key as AddressSettingKey, value) }))
  if (template !== undefined) {
    const isOthers: Sql = { sql: 'domain.customer_id <> ?', parameters: [found?.row.customer_id ?? everybodys] }
    const unless = found === undefined || found.row.customer_id === everybodys ? undefined : ({ why: 'others-template', where: isOthers } as const)
    given.push({ key: templateKey('protection'), value: found === undefined ? null : String(found.row.template_id), unless })
  }
  return { pieces: pieces.row, values: given, template: found?.row }
}

function unlessFor(key: AddressSettingKey, value: string | null): ValueForMany['unless'] {
  if (key === 'greylisting' && value === 'off') return { why: 'locked', where: { sql: lockedAt(key), parameters: [] } }
  if (key !== 'list-mode' || value !== 'allow-only') return undefined
  const sql = "NOT EXISTS (SELECT 1 FROM list_entry WHERE list_entry.address_id = address.address_id AND list_entry.list = 'allow-only')"
  return { why: 'allow-only-empty', where: { sql, parameters: [] } }
}

/** Whose all of them are, so that its own template of the name is meant; `everybodys`: of several. */
async function onlyCustomer(reader: Reader, pieces: readonly Sql[], { reach }: Selection): Promise<number> {
  const customers = new Set<number>()
  for (const { sql, parameters } of pieces)
    for (const row of await reader.all<{ customer_id: number }>(`SELECT DISTINCT domain.customer_id ${selectable} WHERE ${sql} LIMIT 2`, ...parameters))
      customers.add(row.customer_id)
  const [only] = customers
  if (customers.size === 1 && only !== undefined) return only
  return reach.kind === 'customer' ? reach.customerId : everybodys
}

async function noteForMany({ tx }: Step<unknown>, editId: number, piece: Sql, { key, value, unless }: ValueForMany): Promise<void> {
  const { sql, parameters } = unless === undefined ? piece : all([piece, { ...unless.where, sql: `NOT (${unless.where.sql})` }])
  await tx.run(
    `INSERT INTO edit_value (edit_id, scope, owner_id, key, old_value, new_value)
     SELECT CAST(? AS INTEGER), 'address', address.address_id, CAST(? AS TEXT), own.value, CAST(? AS TEXT) ${selectable}
     LEFT JOIN own_setting own ON own.scope = 'address' AND own.owner_id = address.address_id AND own.key = ?
     WHERE ${sql} AND own.value IS DISTINCT FROM CAST(? AS TEXT)`,
    editId,
    key,
    value,
    key,
    ...parameters,
    value,
  )
}

/** The customer all of whose addresses they are; of several: the reseller who asks, else nobody. */
async function ownerOf({ tx, args }: Step<ManyChange>, editId: number): Promise<number> {
  const rows = await tx.all<{ customer_id: number }>(
    `SELECT DISTINCT domain.customer_id FROM edit_value JOIN address ON address.address_id = edit_value.owner_id
     JOIN domain ON domain.domain_id = address.domain_id WHERE edit_value.edit_id = ? LIMIT 2`,
    editId,
  )
  const [only, ...others] = rows
  if (only !== undefined && others.length === 0) return only.customer_id
  const { reach } = args.selection
  return reach.kind === 'customer' ? reach.customerId : nobodys
}

/** For lists of edits: what was named, or all. */
function subjectOf({ addresses, domains }: Selection): string {
  const names = addresses?.map(formatAddress) ?? domains ?? ['*']
  return names.length > 3 ? `${names.slice(0, 3).join(' ')} …` : names.join(' ')
}
