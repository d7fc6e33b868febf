import type { Reader, Transaction } from '../../database/database.ts'
import type { AddressSettingKey } from '../address-settings.ts'
import { type TemplateKind, templateKey } from '../templates.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { edit, note, openEdit, type Prepared, putInPlace, type Write, writesOf } from './edit.ts'
import type { Found } from './find.ts'
import { findTemplate, maxTemplates, ownerOf, type TemplateName, type TemplateRow } from './find-template.ts'
import { defaultsRefusal, type SettingValues } from './settings.ts'

interface NewTemplate extends TemplateName {
  readonly kind: TemplateKind
  readonly values: SettingValues<AddressSettingKey>
}

export const addTemplate = directoryChange('template.add', async (step: Step<NewTemplate>) => {
  const { tx, args, atMs } = step
  const customerId = await ownerOf(tx, args.customer)
  if (customerId.refused !== undefined) return customerId
  const name = args.name.toLowerCase()
  if ((await findTemplate(tx, name, customerId.row)).refused === undefined) return refuse({ code: 'exists', thing: 'template', name })
  const refusal = defaultsRefusal(args.values)
  if (refusal !== undefined) return refuse(refusal)
  const there = await tx.get<{ number: number }>('SELECT COUNT(*) AS number FROM template WHERE customer_id = ? AND name IS NOT NULL', customerId.row)
  if ((there?.number ?? 0) >= maxTemplates) return refuse({ code: 'too-many', of: 'templates', limit: maxTemplates, plan: undefined })
  const templateId = await step.nextId('template')
  await tx.run(
    'INSERT INTO template (template_id, customer_id, kind, name, created_at_ms) VALUES (?, ?, ?, NULL, ?)',
    templateId,
    customerId.row,
    args.kind,
    atMs,
  )
  const values = Object.fromEntries(Object.entries(args.values).filter(([, value]) => value !== null))
  const writes = [nameOf(templateId, name), ...writesOf('template', templateId, values)]
  const edited = await edit(step, { change: 'template.add', subject: name, customerId: customerId.row }, writes)
  return {
    done: { name, edit: edited.edit },
    audit: { subject: name, detail: { kind: args.kind, customer: args.customer, ...values, edit: edited.edit }, customerId: customerId.row },
  }
})

interface TemplateChange extends TemplateName {
  readonly values: SettingValues<AddressSettingKey>
  /** Its new name; undefined: it keeps the one it has. */
  readonly rename: string | undefined
}

/** Holds for all who have it, at once: no row of theirs is written. */
export const setTemplate = directoryChange('template.set', async (step: Step<TemplateChange>) => {
  const { args } = step
  const prepared = await prepareTemplate(step.tx, args)
  if (prepared.refused !== undefined) return prepared
  const edited = await edit(step, prepared.note, prepared.writes)
  const { subject } = prepared.note
  const done = { name: args.rename?.toLowerCase() ?? subject, edit: edited.edit }
  return { done, audit: { subject, detail: { ...args.values, rename: args.rename, ...edited }, customerId: prepared.owner } }
})

export async function prepareTemplate(reader: Reader, args: TemplateChange): Promise<Prepared> {
  const template = await templateOf(reader, args)
  if (template.refused !== undefined) return template
  const refusal = defaultsRefusal(args.values)
  if (refusal !== undefined) return refuse(refusal)
  const { template_id: templateId, customer_id: customerId, name: before } = template.row
  const name = args.rename?.toLowerCase() ?? before
  const other = name === before ? undefined : await findTemplate(reader, name, customerId)
  if (other?.row !== undefined) return refuse({ code: 'exists', thing: 'template', name })
  const writes = [nameOf(templateId, name), ...writesOf('template', templateId, args.values)]
  return { note: { change: 'template.set', subject: before, customerId }, writes, owner: customerId }
}

/** Taken from all who have it, in the same edit: an undo gives it back to them. */
export const removeTemplate = directoryChange('template.remove', async (step: Step<TemplateName>) => {
  const { tx, args } = step
  const template = await templateOf(tx, args)
  if (template.refused !== undefined) return template
  const { template_id: templateId, customer_id: customerId, name, kind } = template.row
  const editId = await openEdit(step, { change: 'template.remove', subject: name, customerId })
  await note(tx, editId, [{ ...nameOf(templateId, null), before: name }])
  await tx.run(
    `INSERT INTO edit_value (edit_id, scope, owner_id, key, old_value, new_value)
     SELECT CAST(? AS INTEGER), scope, owner_id, key, value, NULL FROM own_setting WHERE key = ? AND value = ?`,
    editId,
    templateKey(kind),
    String(templateId),
  )
  await putInPlace(tx, editId)
  return { done: { name, edit: editId }, audit: { subject: name, detail: { customer: args.customer, edit: editId }, customerId } }
})

/** For the preview: who has it has none of its values then. */
export async function prepareRemoval(reader: Reader, args: TemplateName): Promise<Prepared> {
  const template = await templateOf(reader, args)
  if (template.refused !== undefined) return template
  const { template_id: templateId, customer_id: customerId, name } = template.row
  const values = await reader.all<{ key: string }>("SELECT key FROM own_setting WHERE scope = 'template' AND owner_id = ?", templateId)
  const none = Object.fromEntries(values.map(({ key }) => [key, null]))
  return { note: { change: 'template.remove', subject: name, customerId }, writes: writesOf('template', templateId, none), owner: customerId }
}

async function templateOf(reader: Reader, { name, customer }: TemplateName): Promise<Found<TemplateRow>> {
  const customerId = await ownerOf(reader, customer)
  return customerId.refused === undefined ? findTemplate(reader, name, customerId.row) : customerId
}

function nameOf(templateId: number, value: string | null): Write {
  return { scope: 'template-name', ownerId: templateId, key: 'name', value }
}

/** A customer is gone, and with it its templates, which nobody has any more. */
export async function forgetTemplates(tx: Transaction, customerId: number): Promise<void> {
  const theirs = 'SELECT template_id FROM template WHERE customer_id = ?'
  await tx.run(`DELETE FROM own_setting WHERE scope = 'template' AND owner_id IN (${theirs})`, customerId)
  await tx.run(`DELETE FROM edit_value WHERE scope IN ('template', 'template-name') AND owner_id IN (${theirs})`, customerId)
  await tx.run('DELETE FROM template WHERE customer_id = ?', customerId)
}
