import { nearest } from '../../base/nearest.ts'
import type { Reader } from '../../database/database.ts'
import { type Address, addressKey, formatAddress } from '../../mail/address.ts'
import type { AddressKind } from '../recipient.ts'
import type { DirectoryRefusal, Thing } from '../refusal.ts'

/** Names that are looked through for the one that was meant. */
const maxCandidates = 2000

export interface DomainRow {
  domain_id: number
  customer_id: number
  name: string
}

export interface AddressRow {
  address_id: number
  domain_id: number
  key: string
  local_part: string
  kind: AddressKind
  account_id: number | null
}

/** Found, or the refusal to return. */
export type Found<Row> = { readonly row: Row; readonly refused?: never } | { readonly row?: never; readonly refused: DirectoryRefusal }

export async function findDomain(reader: Reader, name: string): Promise<Found<DomainRow>> {
  const row = await reader.get<DomainRow>('SELECT domain_id, customer_id, name FROM domain WHERE name = ?', name)
  if (row !== undefined) return { row }
  const names = await reader.all<{ name: string }>('SELECT name FROM domain ORDER BY name LIMIT ?', maxCandidates)
  return { refused: unknown('domain', name, names) }
}

/** Customers, plans, operators and relays, by name in any case. */
export async function findNamed<Row>(reader: Reader, thing: 'customer' | 'plan' | 'operator' | 'relay', name: string): Promise<Found<Row>> {
  const row = await reader.get<Row>(`SELECT * FROM ${thing} WHERE name = ?`, name.toLowerCase())
  if (row !== undefined) return { row }
  const names = await reader.all<{ name: string }>(`SELECT name FROM ${thing} ORDER BY name LIMIT ?`, maxCandidates)
  return { refused: unknown(thing, name, names) }
}

export async function addressRow(reader: Reader, address: Address): Promise<AddressRow | undefined> {
  return reader.get<AddressRow>('SELECT address_id, domain_id, key, local_part, kind, account_id FROM address WHERE key = ?', addressKey(address))
}

/** An address, of one kind where `wanted` says so. The refusal names the nearest of its domain, or the nearest domain. */
export async function findAddress(reader: Reader, address: Address, wanted?: AddressKind): Promise<Found<AddressRow>> {
  const row = await addressRow(reader, address)
  if (row !== undefined) {
    if (wanted === undefined || row.kind === wanted) return { row }
    return { refused: { code: 'other-kind', name: formatAddress(address), is: row.kind, wanted } }
  }
  const domain = await findDomain(reader, address.domain)
  if (domain.refused !== undefined) return domain
  const rows = await reader.all<{ key: string }>('SELECT key FROM address WHERE domain_id = ? ORDER BY key LIMIT ?', domain.row.domain_id, maxCandidates)
  // The domain is right: only what stands before it can be misspelt.
  const near = nearest(
    address.localPart,
    rows.map((row) => row.key.slice(0, row.key.lastIndexOf('@'))),
  )
  return {
    refused: { code: 'unknown', thing: wanted ?? 'address', name: formatAddress(address), near: near === undefined ? undefined : `${near}@${address.domain}` },
  }
}

/** Whose the address is. */
export async function customerOf(reader: Reader, { domain_id: domainId }: Pick<AddressRow, 'domain_id'>): Promise<number | undefined> {
  return (await reader.get<{ customer_id: number }>('SELECT customer_id FROM domain WHERE domain_id = ?', domainId))?.customer_id
}

function unknown(thing: Thing, name: string, names: readonly { readonly name: string }[]): DirectoryRefusal {
  const known = names.map((row) => row.name)
  return { code: 'unknown', thing, name, near: nearest(name, known) }
}

/** The address as text, from a row. */
export function rowAddress(row: Pick<AddressRow, 'key' | 'local_part'>): Address {
  return { localPart: row.local_part, domain: row.key.slice(row.key.lastIndexOf('@') + 1) }
}
