import type { Reader } from '../../database/database.ts'
import { type Address, addressKey, parseAddress } from '../../mail/address.ts'
import type { AddressOfDomain, DomainOfAddress } from './rows.ts'

const roles: ReadonlySet<string> = new Set(['postmaster', 'abuse'])

/** postmaster@ and abuse@ of any domain of ours are always accepted (RFC 5321 4.5.1, RFC 2142, SPEC A9b). */
export function isRoleAddress(address: Address): boolean {
  return roles.has(address.localPart.toLowerCase())
}

const columns = 'a.address_id, a.domain_id, a.key, a.local_part, a.kind, a.account_id, a.keep_copy, a.lists_version'

/**
 * Who gets mail for a role address that the domain does not have itself: the setting's address, else the first operator's mailbox,
 * else what the domain has: its catch-all or its first mailbox, else its customer's first mailbox, else the installation's
 * first mailbox: somebody answers as soon as there is one mailbox at all. `domain` undefined: `<postmaster>`.
 */
export async function postmasterOf(reader: Reader, setting: string, domain: DomainOfAddress | undefined): Promise<AddressOfDomain | undefined> {
  const address = setting === '' ? undefined : parseAddress(setting)
  const configured =
    address === undefined ? undefined : await reader.get<AddressOfDomain>(`SELECT ${columns} FROM address a WHERE a.key = ?`, addressKey(address))
  if (configured !== undefined) return configured
  const operators = await reader.get<AddressOfDomain>(
    `SELECT ${columns} FROM operator o JOIN address a ON a.address_id = o.address_id ORDER BY o.operator_id LIMIT 1`,
  )
  if (operators !== undefined) return operators
  return (domain === undefined ? undefined : await ofDomain(reader, domain)) ?? firstMailbox(reader, '', [])
}

async function ofDomain(reader: Reader, domain: DomainOfAddress): Promise<AddressOfDomain | undefined> {
  return (
    (await reader.get<AddressOfDomain>(`SELECT ${columns} FROM address a WHERE a.key = ?`, `*@${domain.name}`)) ??
    (await firstMailbox(reader, 'AND a.domain_id = ?', [domain.domain_id])) ??
    (await firstMailbox(reader, 'AND account.customer_id = ?', [domain.customer_id]))
  )
}

function firstMailbox(reader: Reader, condition: string, parameters: readonly number[]): Promise<AddressOfDomain | undefined> {
  return reader.get<AddressOfDomain>(
    `SELECT ${columns} FROM address a JOIN account ON account.account_id = a.account_id WHERE account.locked_reason IS NULL ${condition} ORDER BY a.account_id LIMIT 1`,
    ...parameters,
  )
}
