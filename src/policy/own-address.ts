import { type Address, addressKey } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import type { Door } from './dependencies.ts'

/**
 * May this mailbox send under that address (SPEC C3)? Its own, with a tag or without, and an alias whose mail it alone gets, a domain's catch-all
 * among them. Not a forward or a list: who gets their mail is not who they are. Nor postmaster@ of a domain that has none, which leads to
 * whoever reads that for all of them.
 */
export async function isOwnAddress({ directory }: Door, accountId: AccountId, address: Address): Promise<boolean> {
  const { found } = directory.resolveNow(address) ?? (await directory.resolve(address))
  if (found === undefined || (found.kind !== 'mailbox' && found.kind !== 'alias')) return false
  const [target, ...others] = found.targets
  if (target?.accountId !== accountId || others.length > 0 || found.elsewhere.length > 0) return false
  return !found.alwaysAccepted || (await directory.signInRow(address))?.accountId === accountId
}

/** The first address that is not this mailbox's. */
export async function foreignAmong(door: Door, accountId: AccountId, addresses: readonly Address[]): Promise<Address | undefined> {
  for (const address of new Map(addresses.map((each) => [addressKey(each), each])).values()) {
    if (!(await isOwnAddress(door, accountId, address))) return address
  }
  return undefined
}
