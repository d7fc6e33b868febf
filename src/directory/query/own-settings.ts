import type { Reader } from '../../database/database.ts'
import { isAddressSettingKey, type OwnSettings, type SettingScope } from '../address-settings.ts'
import { allIn } from './in-list.ts'
import type { AddressOfDomain, DomainOfAddress } from './rows.ts'

const none: OwnSettings = {}

/** What plan, customer, domain and address have set, for many addresses: a function that gives one address's, the weakest first. */
export async function ownSettingsOf(
  reader: Reader,
  addresses: readonly AddressOfDomain[],
  domains: readonly DomainOfAddress[],
): Promise<(domain: DomainOfAddress, address: AddressOfDomain) => readonly OwnSettings[]> {
  const ofPlan = await ownSettings(reader, 'plan', [...new Set(domains.map((domain) => domain.plan_id))])
  const ofCustomer = await ownSettings(reader, 'customer', [...new Set(domains.map((domain) => domain.customer_id))])
  const ofDomain = await ownSettings(reader, 'domain', [...new Set(domains.map((domain) => domain.domain_id))])
  const ofAddress = await ownSettings(reader, 'address', [...new Set(addresses.map((address) => address.address_id))])
  return (domain, address) => [
    ofPlan.get(domain.plan_id) ?? none,
    ofCustomer.get(domain.customer_id) ?? none,
    ofDomain.get(domain.domain_id) ?? none,
    ofAddress.get(address.address_id) ?? none,
  ]
}

async function ownSettings(reader: Reader, scope: SettingScope, owners: readonly number[]): Promise<Map<number, OwnSettings>> {
  const rows = await allIn<{ owner_id: number; key: string; value: string }>(
    reader,
    `SELECT owner_id, key, value FROM own_setting WHERE scope = '${scope}' AND owner_id IN (?...)`,
    owners,
  )
  const settings = new Map<number, Record<string, string>>()
  for (const { owner_id: owner, key, value } of rows) {
    if (!isAddressSettingKey(key)) continue
    const own = settings.get(owner) ?? {}
    own[key] = value
    settings.set(owner, own)
  }
  return settings
}
