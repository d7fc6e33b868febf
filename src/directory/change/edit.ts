import type { Reader, Transaction } from '../../database/database.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { allowedFeatures } from '../plan-features.ts'
import { templateKey } from '../templates.ts'
import type { Step } from './change.ts'

/**
 * Where a value of an edit stands. `installation`: table `setting`; plan, customer, domain, template, address: `own_setting`;
 * `plan-limit`: a column of the plan; `customer-plan`: the id of the customer's plan; `template-name`: NULL: it is removed.
 */
export type EditScope = 'installation' | 'plan' | 'customer' | 'domain' | 'template' | 'address' | 'plan-limit' | 'customer-plan' | 'template-name'

/** One value that an edit sets; null: it inherits, or there is none. */
export interface Write {
  readonly scope: EditScope
  /** 0: the installation. */
  readonly ownerId: number
  readonly key: string
  readonly value: string | null
}

/** In place of a customer's id: operators alone may undo it. */
export const nobodys = 0

/** What people are told of an edit, and whose people may undo it beside operators: those who reach this customer. */
export interface EditNote {
  readonly change: string
  readonly subject: string
  readonly customerId: number
}

/** What an edit would set, or why it cannot be made: the same for the edit and for its preview. */
export type Prepared =
  | {
      readonly note: EditNote
      readonly writes: readonly Write[]
      /** Whose the thing is, for the audit. */
      readonly owner: number
      readonly refused?: never
    }
  | { readonly refused: DirectoryRefusal }

/** How long an edit can be undone. */
const keptMs = 90 * 86_400_000
/** Rows of one statement. */
const rowsAtOnce = 256

/** Scopes of `own_setting`, for SQL. */
const ownScopes = "'plan', 'customer', 'domain', 'template', 'address'"
/** Columns of a plan that an edit can set. */
const numbersOfPlan: readonly string[] = ['storage_bytes', 'max_message_bytes', 'max_mailboxes', 'max_addresses', 'max_domains']
const textsOfPlan: readonly string[] = ['denied_features']

/** What an edit has changed, for the audit. */
interface Edited {
  /** null: all of it was so already. */
  readonly edit: number | null
  /** What stood there before, by the names of the audit; null: it inherited. Only of what is another now. */
  readonly was?: Readonly<Record<string, unknown>>
}

/** Sets values so that it can be undone: what was there is noted, then what is wanted is put in its place. Refusals must come before. */
export async function edit(step: Step<unknown>, told: EditNote, writes: readonly Write[]): Promise<Edited> {
  const noted: Noted[] = []
  for (const write of writes) {
    const before = await valueAt(step.tx, write)
    if (before !== write.value) noted.push({ ...write, before })
  }
  if (noted.length === 0) return { edit: null }
  const was = Object.fromEntries(await Promise.all(noted.map(async (one) => await wasBefore(step.tx, one))))
  const editId = await openEdit(step, told)
  await note(step.tx, editId, noted)
  await putInPlace(step.tx, editId)
  return { edit: editId, was }
}

/** As the audit names it: a plan and a template by their names. */
async function wasBefore(tx: Transaction, { scope, key, before: value }: Noted): Promise<readonly [name: string, value: unknown]> {
  if (scope === 'customer-plan') return ['plan', textOf(await tx.get('SELECT name AS value FROM plan WHERE plan_id = ?', Number(value)))]
  if (scope === 'template-name') return ['name', value]
  if (key === 'denied_features') return ['features', allowedFeatures(value ?? '')]
  if (scope === 'plan-limit') return [key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), value === null ? null : Number(value)]
  if (key !== templateKey('protection')) return [key, value]
  return ['template', value === null ? null : textOf(await tx.get('SELECT name AS value FROM template WHERE template_id = ?', Number(value)))]
}

/** With what was there before. */
interface Noted extends Write {
  readonly before: string | null
}

export async function note(tx: Transaction, editId: number, noted: readonly Noted[]): Promise<void> {
  for (let start = 0; start < noted.length; start += rowsAtOnce) {
    const piece = noted.slice(start, start + rowsAtOnce)
    await tx.run(
      `INSERT INTO edit_value (edit_id, scope, owner_id, key, old_value, new_value) VALUES ${piece.map(() => '(?, ?, ?, ?, ?, ?)').join(', ')}`,
      ...piece.flatMap(({ scope, ownerId, key, value, before }) => [editId, scope, ownerId, key, before, value]),
    )
  }
}

/** A row for a new edit; those that are too old to be undone go. */
export async function openEdit(step: Step<unknown>, told: EditNote, undoes: number | null = null): Promise<number> {
  const { tx, atMs } = step
  const old = atMs - keptMs
  await tx.run('DELETE FROM edit_value WHERE edit_id IN (SELECT edit_id FROM edit WHERE at_ms < ?)', old)
  if ((await tx.run('DELETE FROM edit WHERE at_ms < ?', old)) > 0) await forgetRemovedTemplates(tx)
  const editId = await step.nextId('edit')
  await tx.run(
    'INSERT INTO edit (edit_id, at_ms, actor, change, subject, customer_id, undoes, undone_by) VALUES (?, ?, ?, ?, ?, ?, ?, NULL)',
    editId,
    atMs,
    step.actor,
    told.change,
    told.subject,
    told.customerId,
    undoes,
  )
  return editId
}

/** Those whose removal can no longer be undone. */
async function forgetRemovedTemplates(tx: Transaction): Promise<void> {
  const gone = `SELECT template_id FROM template WHERE name IS NULL
    AND NOT EXISTS (SELECT 1 FROM edit_value WHERE edit_value.scope = 'template-name' AND edit_value.owner_id = template.template_id)`
  await tx.run(`DELETE FROM own_setting WHERE scope = 'template' AND owner_id IN (${gone})`)
  await tx.run(`DELETE FROM template WHERE template_id IN (${gone})`)
}

/** Values of one edit become what is in force. The many, of addresses, in one statement each; the others are few. */
export async function putInPlace(tx: Transaction, editId: number): Promise<void> {
  await tx.run(
    `INSERT INTO own_setting (scope, owner_id, key, value)
     SELECT scope, owner_id, key, new_value FROM edit_value WHERE edit_id = ? AND new_value IS NOT NULL AND scope IN (${ownScopes})
     ON CONFLICT (scope, owner_id, key) DO UPDATE SET value = excluded.value`,
    editId,
  )
  await tx.run(
    `DELETE FROM own_setting WHERE (scope, owner_id, key) IN
       (SELECT scope, owner_id, key FROM edit_value WHERE edit_id = ? AND new_value IS NULL AND scope IN (${ownScopes}))`,
    editId,
  )
  const others = await tx.all<{ scope: EditScope; owner_id: number; key: string; new_value: string | null }>(
    `SELECT scope, owner_id, key, new_value FROM edit_value WHERE edit_id = ? AND scope NOT IN (${ownScopes})`,
    editId,
  )
  for (const row of others) await put(tx, { scope: row.scope, ownerId: row.owner_id, key: row.key, value: row.new_value })
}

/** What is there now. */
export async function valueAt(tx: Reader, { scope, ownerId, key }: Omit<Write, 'value'>): Promise<string | null> {
  switch (scope) {
    case 'installation':
      return textOf(await tx.get('SELECT value FROM setting WHERE key = ?', key))
    case 'plan-limit':
      return textOf(await tx.get(`SELECT ${planColumn(key)} AS value FROM plan WHERE plan_id = ?`, ownerId))
    case 'customer-plan':
      return textOf(await tx.get('SELECT plan_id AS value FROM customer WHERE customer_id = ?', ownerId))
    case 'template-name':
      return textOf(await tx.get('SELECT name AS value FROM template WHERE template_id = ?', ownerId))
    default:
      return textOf(await tx.get('SELECT value FROM own_setting WHERE scope = ? AND owner_id = ? AND key = ?', scope, ownerId, key))
  }
}

async function put(tx: Transaction, { scope, ownerId, key, value }: Write): Promise<void> {
  switch (scope) {
    case 'installation':
      if (value === null) await tx.run('DELETE FROM setting WHERE key = ?', key)
      else await tx.run('INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', key, value)
      return
    case 'plan-limit':
      await tx.run(`UPDATE plan SET ${planColumn(key)} = ? WHERE plan_id = ?`, value !== null && numbersOfPlan.includes(key) ? Number(value) : value, ownerId)
      return
    case 'customer-plan':
      await tx.run('UPDATE customer SET plan_id = ? WHERE customer_id = ?', Number(value), ownerId)
      return
    case 'template-name':
      await tx.run('UPDATE template SET name = ? WHERE template_id = ?', value, ownerId)
      return
    default:
      throw new Error(`no single value of ${scope} is put`)
  }
}

function planColumn(key: string): string {
  if (numbersOfPlan.includes(key) || textsOfPlan.includes(key)) return key
  throw new Error(`a plan has no column ${key}`)
}

function textOf(row: { readonly value: string | number | null } | undefined): string | null {
  return row === undefined || row.value === null ? null : String(row.value)
}

/** An address, domain or template is gone, and with it what could be undone of it. */
export async function forgetEdits(tx: Transaction, scope: EditScope, ownerId: number): Promise<void> {
  await tx.run('DELETE FROM edit_value WHERE scope = ? AND owner_id = ?', scope, ownerId)
}

/** Values of one owner. */
export function writesOf(scope: EditScope, ownerId: number, values: Readonly<Record<string, string | null | undefined>>): Write[] {
  return Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ scope, ownerId, key, value }]))
}
