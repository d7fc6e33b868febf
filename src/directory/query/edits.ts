import type { Query, Reader } from '../../database/database.ts'
import { formatAddress } from '../../mail/address.ts'
import type { EditScope } from '../change/edit.ts'
import { rowAddress } from '../change/find.ts'
import { allowedFeatures } from '../plan-features.ts'
import { customersWithin, type Reach } from '../reach.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { valuesWithin } from './edit-reach.ts'

export interface EditListing {
  readonly edit: number
  readonly atMs: number
  readonly actor: string
  /** The operation that made it: plan.set. */
  readonly change: string
  readonly subject: string
  /** How many values it set. */
  readonly values: number
  /** The edit that it took back; null: none. */
  readonly undoes: number | null
  /** The one that took it back; null: it is in force. */
  readonly undoneBy: number | null
}

/** One value of an edit. */
export interface EditedValue {
  readonly scope: EditScope
  /** Name of the address, domain, plan, customer or template; '': the installation. */
  readonly owner: string
  readonly key: string
  /** null: it was inherited, or without a limit. */
  readonly before: string | null
  readonly after: string | null
}

/** The newest first. `reach`: whose. `before`: an edit to go on from. */
export const listEdits: Query<{ readonly reach: Reach; readonly before: number | undefined; readonly limit: number }, readonly EditListing[]> = {
  name: 'directory.edits',
  async run(reader, { reach, before, limit }) {
    const { sql, parameters } = customersWithin(reach)
    const rows = await reader.all<ListedRow>(
      `${listed} WHERE edit_id < ? AND ${sql} ORDER BY edit_id DESC LIMIT ?`,
      before ?? Number.MAX_SAFE_INTEGER,
      ...parameters,
      limit,
    )
    return rows.map(listingOf)
  },
}

/** One edit with its first values that are within reach still, by owner. */
export const showEdit: Query<
  { readonly edit: number; readonly reach: Reach; readonly limit: number },
  { readonly edit: EditListing; readonly values: readonly EditedValue[]; readonly refused?: never } | { readonly refused: DirectoryRefusal }
> = {
  name: 'directory.edit',
  async run(reader, args) {
    const { sql, parameters } = customersWithin(args.reach)
    const row = await reader.get<ListedRow>(`${listed} WHERE edit_id = ? AND ${sql}`, args.edit, ...parameters)
    if (row === undefined) return { refused: { code: 'unknown', thing: 'edit', name: String(args.edit), near: undefined } }
    const within = valuesWithin(args.reach)
    const values = await reader.all<ValueRow>(
      `SELECT value.scope, value.owner_id, value.key, value.old_value, value.new_value, address.key AS address_key, address.local_part,
         domain.name AS domain_name, plan.name AS plan_name, customer.name AS customer_name, template.name AS template_name
       FROM edit_value value
       LEFT JOIN address ON value.scope = 'address' AND address.address_id = value.owner_id
       LEFT JOIN domain ON value.scope = 'domain' AND domain.domain_id = value.owner_id
       LEFT JOIN plan ON value.scope IN ('plan', 'plan-limit') AND plan.plan_id = value.owner_id
       LEFT JOIN customer ON value.scope IN ('customer', 'customer-plan') AND customer.customer_id = value.owner_id
       LEFT JOIN template ON value.scope IN ('template', 'template-name') AND template.template_id = value.owner_id
       WHERE value.edit_id = ? AND ${within.sql} ORDER BY value.scope, address.key, value.owner_id, value.key LIMIT ?`,
      args.edit,
      ...within.parameters,
      args.limit,
    )
    const names = await namesIn(reader, values)
    return { edit: listingOf(row), values: values.map((value) => editedValue(value, names)) }
  },
}

const listed = `SELECT edit_id, at_ms, actor, change, subject, undoes, undone_by,
    (SELECT COUNT(*) FROM edit_value WHERE edit_value.edit_id = edit.edit_id) AS number
  FROM edit LEFT JOIN customer ON customer.customer_id = edit.customer_id`

interface ListedRow {
  edit_id: number
  at_ms: number
  actor: string
  change: string
  subject: string
  undoes: number | null
  undone_by: number | null
  number: number
}

function listingOf(row: ListedRow): EditListing {
  return {
    edit: row.edit_id,
    atMs: row.at_ms,
    actor: row.actor,
    change: row.change,
    subject: row.subject,
    values: row.number,
    undoes: row.undoes,
    undoneBy: row.undone_by,
  }
}

interface ValueRow {
  scope: EditScope
  owner_id: number
  key: string
  old_value: string | null
  new_value: string | null
  address_key: string | null
  local_part: string | null
  domain_name: string | null
  plan_name: string | null
  customer_name: string | null
  template_name: string | null
}

/** Names of templates and plans that values hold by their id. */
interface Names {
  readonly template: ReadonlyMap<string, string>
  readonly plan: ReadonlyMap<string, string>
}

async function namesIn(reader: Reader, values: readonly ValueRow[]): Promise<Names> {
  const [templates, plans] = [
    values.some(isTemplate) ? await reader.all<{ id: number; name: string | null }>('SELECT template_id AS id, name FROM template') : [],
    values.some(({ scope }) => scope === 'customer-plan') ? await reader.all<{ id: number; name: string | null }>('SELECT plan_id AS id, name FROM plan') : [],
  ]
  const byId = (rows: readonly { id: number; name: string | null }[]) => new Map(rows.map(({ id, name }) => [String(id), name ?? `(${id})`]))
  return { template: byId(templates), plan: byId(plans) }
}

function isTemplate({ key }: ValueRow): boolean {
  return key.startsWith('template.')
}

function editedValue(row: ValueRow, names: Names): EditedValue {
  const inWords = (value: string | null) => {
    if (row.key === 'denied_features') return allowedFeatures(value ?? '').join(' ')
    if (value === null) return null
    if (isTemplate(row)) return names.template.get(value) ?? value
    return row.scope === 'customer-plan' ? (names.plan.get(value) ?? value) : value
  }
  return { scope: row.scope, owner: ownerOf(row), key: keys[row.key] ?? row.key, before: inWords(row.old_value), after: inWords(row.new_value) }
}

/** Columns of a plan by the names that operations have for them. */
const keys: Readonly<Partial<Record<string, string>>> = {
  storage_bytes: 'storage',
  max_message_bytes: 'messageSize',
  max_mailboxes: 'mailboxes',
  max_addresses: 'addresses',
  max_domains: 'domains',
  denied_features: 'features',
  'template.protection': 'template',
}

function ownerOf(row: ValueRow): string {
  if (row.address_key !== null) return formatAddress(rowAddress({ key: row.address_key, local_part: row.local_part ?? '' }))
  return row.domain_name ?? row.plan_name ?? row.customer_name ?? row.template_name ?? ''
}
