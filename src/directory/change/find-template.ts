import { nearest } from '../../base/nearest.ts'
import type { Reader } from '../../database/database.ts'
import { everybodys, type TemplateKind } from '../templates.ts'
import { refuse } from './change.ts'
import { type Found, findNamed } from './find.ts'

/** Of one customer, or of the operator: more are a sign of one template for each address. */
export const maxTemplates = 1000

export interface TemplateRow {
  template_id: number
  customer_id: number
  kind: TemplateKind
  name: string
}

/** A template by its name, and whose it is. */
export interface TemplateName {
  readonly name: string
  /** Name of a customer, or the id of the asker's own; undefined: the operator's. */
  readonly customer: string | number | undefined
}

/** A customer's id; `everybodys`: the operator's. */
export async function ownerOf(reader: Reader, customer: TemplateName['customer']): Promise<Found<number>> {
  if (typeof customer !== 'string') return { row: customer ?? everybodys }
  const found = await findNamed<{ customer_id: number }>(reader, 'customer', customer)
  return found.refused === undefined ? { row: found.row.customer_id } : found
}

/** The customer's own; `everybodys`: the operator's. */
export async function findTemplate(reader: Reader, name: string, customerId: number): Promise<Found<TemplateRow>> {
  return pick(reader, name, [customerId])
}

/** One that an address or domain of this customer can have: its own of that name, else the operator's. */
export async function findTemplateFor(reader: Reader, name: string, customerId: number): Promise<Found<TemplateRow>> {
  return pick(reader, name, [customerId, everybodys])
}

async function pick(reader: Reader, name: string, owners: readonly number[]): Promise<Found<TemplateRow>> {
  for (const owner of owners) {
    const row = await reader.get<TemplateRow>(
      'SELECT template_id, customer_id, kind, name FROM template WHERE customer_id = ? AND name = ?',
      owner,
      name.toLowerCase(),
    )
    if (row !== undefined) return { row }
  }
  const names = await reader.all<{ name: string }>(
    `SELECT name FROM template WHERE customer_id IN (${owners.map(() => '?').join(', ')}) AND name IS NOT NULL ORDER BY name LIMIT ?`,
    ...owners,
    maxTemplates,
  )
  return refuse({
    code: 'unknown',
    thing: 'template',
    name,
    near: nearest(
      name,
      names.map((row) => row.name),
    ),
  })
}
