import type { Query, Reader } from '../../database/database.ts'
import { formatAddress } from '../../mail/address.ts'
import { type AddressRow, rowAddress } from '../change/find.ts'
import { findTemplateFor, ownerOf, type TemplateName, type TemplateRow } from '../change/find-template.ts'
import { customersWithin, type Reach } from '../reach.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { everybodys, type TemplateKind, templateKey } from '../templates.ts'

export interface TemplateListing {
  readonly name: string
  readonly kind: TemplateKind
  /** null: the operator's, for everybody. */
  readonly customer: string | null
  readonly values: Readonly<Record<string, string>>
  /** How many have it themselves; those of its domains are not counted. */
  readonly addresses: number
  readonly domains: number
}

/** By name: those of the customers within reach, and the operator's. */
export const listTemplates: Query<{ readonly reach: Reach }, readonly TemplateListing[]> = {
  name: 'directory.templates',
  async run(reader, { reach }) {
    const { sql, parameters } = customersWithin(reach)
    const rows = await reader.all<NamedTemplate>(
      `SELECT template_id, template.customer_id, kind, template.name, customer.name AS customer
       FROM template LEFT JOIN customer ON customer.customer_id = template.customer_id
       WHERE template.name IS NOT NULL AND (template.customer_id = ${everybodys} OR ${sql}) ORDER BY template.name, template_id`,
      ...parameters,
    )
    return Promise.all(rows.map((row) => listingOf(reader, row, reach)))
  },
}

interface UsersOf extends TemplateName {
  readonly reach: Reach
  /** The address to go on from. */
  readonly after: string
}

type Users =
  | {
      readonly template: TemplateListing
      readonly domains: readonly string[]
      readonly addresses: readonly string[]
      readonly next: string | undefined
      readonly refused?: never
    }
  | { readonly refused: DirectoryRefusal }

/** One template with those within reach who have it, by name. A customer's own of the name, else the operator's. */
export const templateUsers: Query<UsersOf, Users> = {
  name: 'directory.template',
  async run(reader, args) {
    const owner = await ownerOf(reader, args.customer)
    if (owner.refused !== undefined) return { refused: owner.refused }
    const found = await findTemplateFor(reader, args.name, owner.row)
    if (found.refused !== undefined) return { refused: found.refused }
    const customer = await reader.get<{ name: string }>('SELECT name FROM customer WHERE customer_id = ?', found.row.customer_id)
    const { sql, parameters } = customersWithin(args.reach)
    const has = [templateKey(found.row.kind), String(found.row.template_id), ...parameters]
    const domains = await reader.all<{ name: string }>(`SELECT domain.name ${domainsWith} AND ${sql} ORDER BY domain.name LIMIT ?`, ...has, pageLength)
    const addresses = await reader.all<Pick<AddressRow, 'key' | 'local_part'>>(
      `SELECT address.key, address.local_part ${addressesWith} AND ${sql} AND address.key > ? ORDER BY address.key LIMIT ?`,
      ...has,
      args.after,
      pageLength,
    )
    return {
      template: await listingOf(reader, { ...found.row, customer: customer?.name ?? null }, args.reach),
      domains: domains.map((row) => row.name),
      addresses: addresses.map((row) => formatAddress(rowAddress(row))),
      next: addresses.length === pageLength ? addresses.at(-1)?.key : undefined,
    }
  },
}

/** Rows of one page. */
const pageLength = 1000

type NamedTemplate = TemplateRow & { readonly customer: string | null }

const domainsWith = `FROM own_setting JOIN domain ON domain.domain_id = own_setting.owner_id JOIN customer ON customer.customer_id = domain.customer_id
  WHERE own_setting.key = ? AND own_setting.value = ? AND own_setting.scope = 'domain'`
const addressesWith = `FROM own_setting JOIN address ON address.address_id = own_setting.owner_id
  JOIN domain ON domain.domain_id = address.domain_id JOIN customer ON customer.customer_id = domain.customer_id
  WHERE own_setting.key = ? AND own_setting.value = ? AND own_setting.scope = 'address'`

/** Nobody is told how many addresses of others have the operator's templates. */
async function listingOf(reader: Reader, row: NamedTemplate, reach: Reach): Promise<TemplateListing> {
  const { sql, parameters } = customersWithin(reach)
  const has = [templateKey(row.kind), String(row.template_id), ...parameters]
  const count = async (from: string) => (await reader.get<{ number: number }>(`SELECT COUNT(*) AS number ${from} AND ${sql}`, ...has))?.number ?? 0
  const values = await reader.all<{ key: string; value: string }>(
    "SELECT key, value FROM own_setting WHERE scope = 'template' AND owner_id = ?",
    row.template_id,
  )
  return {
    name: row.name,
    kind: row.kind,
    customer: row.customer,
    values: Object.fromEntries(values.map(({ key, value }) => [key, value])),
    addresses: await count(addressesWith),
    domains: await count(domainsWith),
  }
}
