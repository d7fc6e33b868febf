import type { Reader } from '../../database/database.ts'
import { formatAddress } from '../../mail/address.ts'
import { valuesWithin } from '../query/edit-reach.ts'
import { customersWithin, type Reach } from '../reach.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { templateKey, templateKinds } from '../templates.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { type EditScope, openEdit, putInPlace, valueAt } from './edit.ts'
import { type AddressRow, rowAddress } from './find.ts'

interface EditRow {
  edit_id: number
  change: string
  subject: string
  customer_id: number
  undoes: number | null
  undone_by: number | null
}

interface Place {
  scope: EditScope
  owner_id: number
  key: string
}

export interface Undo {
  readonly edit: number
  /** Whose edits may be undone. */
  readonly reach: Reach
}

/**
 * Puts back what was there before an edit. That is an edit itself, which can be undone: then the first one is in force again. Refused
 * where one of its values was set since: what somebody wanted later is not lost by the way.
 */
export const undoEdit = directoryChange('edit.undo', async (step: Step<Undo>) => {
  const { tx, args } = step
  const found = await undoable(tx, args)
  if (found.refused !== undefined) return found
  const { edit } = found
  const undoId = await openEdit(step, { change: edit.change, subject: edit.subject, customerId: edit.customer_id }, args.edit)
  await tx.run(
    `INSERT INTO edit_value (edit_id, scope, owner_id, key, old_value, new_value)
     SELECT CAST(? AS INTEGER), scope, owner_id, key, new_value, old_value FROM edit_value WHERE edit_id = ?`,
    undoId,
    args.edit,
  )
  await putInPlace(tx, undoId)
  await tx.run('UPDATE edit SET undone_by = ? WHERE edit_id = ?', undoId, args.edit)
  if (edit.undoes !== null) await tx.run('UPDATE edit SET undone_by = NULL WHERE edit_id = ?', edit.undoes)
  const values = await tx.get<{ number: number }>('SELECT COUNT(*) AS number FROM edit_value WHERE edit_id = ?', undoId)
  const done = { undone: args.edit, edit: undoId, values: values?.number ?? 0 }
  return { done, audit: { subject: edit.subject, detail: done, customerId: edit.customer_id } }
})

/** The edit, if it can be taken back. */
export async function undoable(
  reader: Reader,
  { edit: editId, reach }: Undo,
): Promise<{ readonly edit: EditRow; readonly refused?: never } | { readonly refused: DirectoryRefusal }> {
  const { sql, parameters } = customersWithin(reach)
  const edit = await reader.get<EditRow>(
    `SELECT edit.* FROM edit LEFT JOIN customer ON customer.customer_id = edit.customer_id WHERE edit_id = ? AND ${sql}`,
    editId,
    ...parameters,
  )
  if (edit === undefined) return refuse({ code: 'unknown', thing: 'edit', name: String(editId), near: undefined })
  if (edit.undone_by !== null) return refuse({ code: 'edit-undone', edit: editId, by: edit.undone_by })
  const within = valuesWithin(reach)
  const left = await reader.get(`SELECT 1 AS one FROM edit_value value WHERE edit_id = ? AND NOT ${within.sql} LIMIT 1`, editId, ...within.parameters)
  if (left !== undefined) return refuse({ code: 'edit-left', edit: editId })
  const refusal = (await overtaken(reader, editId)) ?? (await notAsBefore(reader, editId))
  return refusal === undefined ? { edit } : refuse(refusal)
}

/** A later edit that is in force, or a change that no edit made, has set one of the values. */
async function overtaken(reader: Reader, editId: number): Promise<DirectoryRefusal | undefined> {
  const later = await reader.get<Place & { by: number }>(
    `SELECT mine.scope, mine.owner_id, mine.key, edit.edit_id AS by FROM edit_value mine
     JOIN edit_value other ON other.scope = mine.scope AND other.owner_id = mine.owner_id AND other.key = mine.key AND other.edit_id > mine.edit_id
     JOIN edit ON edit.edit_id = other.edit_id AND edit.undone_by IS NULL AND edit.undoes IS NULL
     WHERE mine.edit_id = ? ORDER BY edit.edit_id LIMIT 1`,
    editId,
  )
  if (later !== undefined) return { code: 'edit-overtaken', edit: editId, by: later.by, where: await nameOf(reader, later) }
  const other = await reader.get<Place>(
    `SELECT mine.scope, mine.owner_id, mine.key FROM edit_value mine
     LEFT JOIN own_setting own ON own.scope = mine.scope AND own.owner_id = mine.owner_id AND own.key = mine.key
     WHERE mine.edit_id = ? AND mine.scope IN ('plan', 'customer', 'domain', 'template', 'address') AND own.value IS DISTINCT FROM mine.new_value LIMIT 1`,
    editId,
  )
  if (other !== undefined) return { code: 'edit-overtaken', edit: editId, by: undefined, where: await nameOf(reader, other) }
  const few = await reader.all<Place & { new_value: string | null }>(
    "SELECT scope, owner_id, key, new_value FROM edit_value WHERE edit_id = ? AND scope NOT IN ('plan', 'customer', 'domain', 'template', 'address')",
    editId,
  )
  for (const place of few) {
    if ((await valueAt(reader, { scope: place.scope, ownerId: place.owner_id, key: place.key })) !== place.new_value)
      return { code: 'edit-overtaken', edit: editId, by: undefined, where: await nameOf(reader, place) }
  }
  return undefined
}

/** What was there cannot be there again: the template is gone or its name taken, somebody still has it, or nobody is on the list any more. */
async function notAsBefore(reader: Reader, editId: number): Promise<DirectoryRefusal | undefined> {
  for (const kind of templateKinds) {
    const gone = await reader.get<{ name: string | null }>(
      `SELECT template.name FROM edit_value mine LEFT JOIN template ON template.template_id = CAST(mine.old_value AS INTEGER)
       WHERE mine.edit_id = ? AND mine.key = ? AND mine.old_value IS NOT NULL AND template.name IS NULL
         AND NOT EXISTS (SELECT 1 FROM edit_value name WHERE name.edit_id = mine.edit_id AND name.scope = 'template-name' AND name.old_value IS NOT NULL) LIMIT 1`,
      editId,
      templateKey(kind),
    )
    if (gone !== undefined) return { code: 'edit-overtaken', edit: editId, by: undefined, where: 'template' }
    const user = await reader.get<{ name: string; scope: EditScope; owner_id: number }>(
      `SELECT template.name, own.scope, own.owner_id FROM edit_value mine
       JOIN template ON template.template_id = mine.owner_id JOIN own_setting own ON own.key = ? AND own.value = CAST(mine.owner_id AS TEXT)
       WHERE mine.edit_id = ? AND mine.scope = 'template-name' AND mine.old_value IS NULL LIMIT 1`,
      templateKey(kind),
      editId,
    )
    if (user !== undefined) return { code: 'in-use', thing: 'template', name: user.name, by: [await ownerName(reader, user)] }
  }
  const taken = await reader.get<{ name: string }>(
    `SELECT other.name FROM edit_value mine JOIN template ON template.template_id = mine.owner_id
     JOIN template other ON other.customer_id = template.customer_id AND other.name = mine.old_value AND other.template_id <> template.template_id
     WHERE mine.edit_id = ? AND mine.scope = 'template-name' LIMIT 1`,
    editId,
  )
  if (taken !== undefined) return { code: 'exists', thing: 'template', name: taken.name }
  const empty = await reader.get<Pick<AddressRow, 'key' | 'local_part'>>(
    `SELECT address.key, address.local_part FROM edit_value mine JOIN address ON address.address_id = mine.owner_id
     WHERE mine.edit_id = ? AND mine.scope = 'address' AND mine.key = 'list-mode' AND mine.old_value = 'allow-only'
       AND NOT EXISTS (SELECT 1 FROM list_entry WHERE list_entry.address_id = mine.owner_id AND list = 'allow-only') LIMIT 1`,
    editId,
  )
  return empty === undefined ? undefined : { code: 'allow-only-empty', name: formatAddress(rowAddress(empty)) }
}

/** "spam-level of ann@a.example", in words that every language has: the key, and the owner's name. */
async function nameOf(reader: Reader, place: Place): Promise<string> {
  const owner = await ownerName(reader, place)
  return owner === '' ? place.key : `${owner} ${place.key}`
}

const ownerSql: Readonly<Partial<Record<EditScope, string>>> = {
  plan: 'SELECT name FROM plan WHERE plan_id = ?',
  'plan-limit': 'SELECT name FROM plan WHERE plan_id = ?',
  customer: 'SELECT name FROM customer WHERE customer_id = ?',
  'customer-plan': 'SELECT name FROM customer WHERE customer_id = ?',
  domain: 'SELECT name FROM domain WHERE domain_id = ?',
  template: 'SELECT name FROM template WHERE template_id = ?',
  'template-name': 'SELECT name FROM template WHERE template_id = ?',
  address: 'SELECT key AS name FROM address WHERE address_id = ?',
}

async function ownerName(reader: Reader, { scope, owner_id: ownerId }: Omit<Place, 'key'>): Promise<string> {
  const sql = ownerSql[scope]
  return sql === undefined ? '' : ((await reader.get<{ name: string | null }>(sql, ownerId))?.name ?? '')
}
