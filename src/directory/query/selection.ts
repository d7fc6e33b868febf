import type { Reader, SqlValue } from '../../database/database.ts'
import { type Address, addressKey, formatAddress } from '../../mail/address.ts'
import type { AddressSettingKey } from '../address-settings.ts'
import { type AddressRow, type Found, rowAddress } from '../change/find.ts'
import { refuse } from '../change/change.ts'
import { customersWithin, type Reach } from '../reach.ts'
import type { AddressKind } from '../recipient.ts'
import { templateKey } from '../templates.ts'
import { addressesWithLayers, installationValue, type Sql, strongest } from './effective.ts'

/** Which addresses are meant: those within reach to which all applies that is given. */
export interface Selection {
  readonly reach: Reach
  readonly addresses?: readonly Address[] | undefined
  readonly domains?: readonly string[] | undefined
  readonly kind?: AddressKind | undefined
  /** Part of the address, in lower case. */
  readonly contains?: string | undefined
  /** What holds for it now, wherever that comes from. */
  readonly values?: Readonly<Partial<Record<AddressSettingKey, string>>> | undefined
  /** Name of a template that it has itself. */
  readonly template?: string | undefined
}

/** Keys in one statement. */
const keysAtOnce = 256

/** Where the conditions are put. */
export const selectable = 'FROM domain JOIN customer ON customer.customer_id = domain.customer_id JOIN address ON address.domain_id = domain.domain_id'

/** Conditions that do not overlap: long lists of addresses come in pieces. A domain that is not within reach is refused as unknown. */
export async function selected(reader: Reader, selection: Selection): Promise<Found<readonly Sql[]>> {
  const within = customersWithin(selection.reach)
  for (const name of selection.domains ?? []) {
    const found = await reader.get(
      `SELECT 1 AS one FROM domain JOIN customer ON customer.customer_id = domain.customer_id WHERE domain.name = ? AND ${within.sql}`,
      name,
      ...within.parameters,
    )
    if (found === undefined) return refuse({ code: 'unknown', thing: 'domain', name, near: undefined })
  }
  const conditions: Sql[] = [within]
  const { domains, kind, contains, values = {}, template } = selection
  if (domains !== undefined) conditions.push(oneOf('domain.name', domains))
  if (kind !== undefined) conditions.push({ sql: 'address.kind = ?', parameters: [kind] })
  if (contains !== undefined) conditions.push({ sql: "address.key LIKE ? ESCAPE '!'", parameters: [`%${contains.replaceAll(/[!%_]/g, '!$&')}%`] })
  for (const [key, value] of Object.entries(values) as [AddressSettingKey, string][]) conditions.push(await holds(reader, key, value))
  if (template !== undefined) conditions.push(hasTemplate(template))
  if (selection.addresses === undefined) return { row: [all(conditions)] }
  const keys = [...new Set(selection.addresses.map(addressKey))]
  const pieces: Sql[] = []
  for (let start = 0; start < keys.length; start += keysAtOnce) pieces.push(all([...conditions, oneOf('address.key', keys.slice(start, start + keysAtOnce))]))
  return { row: pieces }
}

async function holds(reader: Reader, key: AddressSettingKey, value: string): Promise<Sql> {
  const from = addressesWithLayers(key)
  const now = strongest(await installationValue(reader, key))
  return {
    sql: `address.address_id IN (SELECT address.address_id ${from.sql} WHERE ${now.sql} = ?)`,
    parameters: [...from.parameters, ...now.parameters, value],
  }
}

function hasTemplate(name: string): Sql {
  return {
    sql: `EXISTS (SELECT 1 FROM own_setting has JOIN template ON template.template_id = CAST(has.value AS INTEGER)
      WHERE has.scope = 'address' AND has.owner_id = address.address_id AND has.key = ? AND template.name = ?)`,
    parameters: [templateKey('protection'), name],
  }
}

function oneOf(column: string, values: readonly SqlValue[]): Sql {
  return { sql: `${column} IN (${values.map(() => '?').join(', ') || 'NULL'})`, parameters: values }
}

export function all(conditions: readonly Sql[]): Sql {
  return { sql: conditions.map(({ sql }) => `(${sql})`).join(' AND '), parameters: conditions.flatMap(({ parameters }) => parameters) }
}

export async function countSelected(reader: Reader, pieces: readonly Sql[]): Promise<number> {
  let number = 0
  for (const { sql, parameters } of pieces)
    number += (await reader.get<{ number: number }>(`SELECT COUNT(*) AS number ${selectable} WHERE ${sql}`, ...parameters))?.number ?? 0
  return number
}

/** Those selected to which something applies, by name. */
export async function namesSelected(reader: Reader, pieces: readonly Sql[], condition: Sql, limit: number): Promise<string[]> {
  const names: string[] = []
  for (const piece of pieces) {
    if (names.length >= limit) break
    const { sql, parameters } = all([piece, condition])
    const rows = await reader.all<Pick<AddressRow, 'key' | 'local_part'>>(
      `SELECT address.key, address.local_part ${selectable} WHERE ${sql} ORDER BY address.key LIMIT ?`,
      ...parameters,
      limit - names.length,
    )
    names.push(...rows.map((row) => formatAddress(rowAddress(row))))
  }
  return names
}

/** Addresses that were named and are not there, or not within reach. */
export async function notThere(reader: Reader, { addresses, reach }: Selection): Promise<string[]> {
  if (addresses === undefined) return []
  const pieces = await selected(reader, { addresses, reach })
  const there = new Set<string>()
  for (const { sql, parameters } of pieces.row ?? [])
    for (const { key } of await reader.all<{ key: string }>(`SELECT address.key ${selectable} WHERE ${sql}`, ...parameters)) there.add(key)
  return addresses.filter((address) => !there.has(addressKey(address))).map(formatAddress)
}
