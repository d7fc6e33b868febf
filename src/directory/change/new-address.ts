import { type Address, addressKey, formatAddress } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'
import type { AddressKind } from '../recipient.ts'
import { refuse, type Step } from './change.ts'
import { addressRow, type DomainRow, type Found, findDomain } from './find.ts'
import { planRoom } from './plan-room.ts'

/** The domain that an address could be added to, or why not. */
export async function freeAddress({ tx }: Step<unknown>, address: Address): Promise<Found<DomainRow>> {
  const domain = await findDomain(tx, address.domain)
  if (domain.refused !== undefined) return domain
  const there = await addressRow(tx, address)
  if (there !== undefined) return refuse({ code: 'exists', thing: there.kind, name: formatAddress(address) })
  const full = await planRoom(tx, domain.row.customer_id, 'addresses')
  return full === undefined ? { row: domain.row } : refuse(full)
}

export async function insertAddress(step: Step<unknown>, address: Address, domainId: number, kind: AddressKind, accountId: AccountId | null): Promise<number> {
  const addressId = await step.nextId('address')
  await step.tx.run(
    'INSERT INTO address (address_id, domain_id, key, local_part, kind, account_id, lists_version, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, 0, ?)',
    addressId,
    domainId,
    addressKey(address),
    address.localPart,
    kind,
    accountId,
    step.atMs,
  )
  return addressId
}
