import type { Reader } from '../../database/database.ts'
import { isAddressSettingKey, type OwnSettings, type SettingScope } from '../address-settings.ts'
import { allIn } from '../../database/in-list.ts'
import type { AddressOfDomain, DomainOfAddress } from './rows.ts'

import { templateKey } from '../templates.ts'

/** What one owner has set; `template`: the id of the protection template that it has, as text. */
interface Own {
  readonly values: OwnSettings
  readonly template: string | undefined
}

const none: Own = { values: {}, template: undefined }

/** Whose the settings are that `ownSettingsOf` gives, in their order. */
export const ownScopes = ['plan', 'customer', 'domain', 'template', 'template', 'address'] as const satisfies readonly SettingScope[]

/**
 * What plan, customer, domain, the domain's template, the address's and the address itself have set, for many addresses: a function
 * that gives one address's, as `ownScopes` says. Templates are read here each time: who has one has its values of this moment.
 */
export async function ownSettingsOf(
  reader: Reader,
  addresses: readonly AddressOfDomain[],
  domains: readonly DomainOfAddress[],
): Promise<(domain: DomainOfAddress, address: AddressOfDomain) => readonly OwnSettings[]> {
  const [ofPlan, ofCustomer, ofDomain, ofAddress] = await Promise.all([
    ownSettings(reader, 'plan', new Set(domains.map((domain) => domain.plan_id))),
    ownSettings(reader, 'customer', new Set(domains.map((domain) => domain.customer_id))),
    ownSettings(reader, 'domain', new Set(domains.map((domain) => domain.domain_id))),
    ownSettings(reader, 'address', new Set(addresses.map((address) => address.address_id))),
  ])
  const templates = new Set([...ofDomain.values(), ...ofAddress.values()].flatMap(({ template }) => (template === undefined ? [] : [Number(template)])))
  const ofTemplate = await ownSettings(reader, 'template', templates)
  const templateOf = ({ template }: Own) => (template === undefined ? none : (ofTemplate.get(Number(template)) ?? none))
  return (domain, address) => {
    const [domains, own] = [ofDomain.get(domain.domain_id) ?? none, ofAddress.get(address.address_id) ?? none]
    const scopes = [ofPlan.get(domain.plan_id) ?? none, ofCustomer.get(domain.customer_id) ?? none, domains, templateOf(domains), templateOf(own), own]
    return scopes.map(({ values }) => values)
  }
}

/** What each of these owners has set itself. */
export async function ownSettings(reader: Reader, scope: SettingScope, owners: ReadonlySet<number>): Promise<Map<number, Own>> {
  const rows = await allIn<{ owner_id: number; key: string; value: string }>(
    reader,
    `SELECT owner_id, key, value FROM own_setting WHERE scope = '${scope}' AND owner_id IN (?...)`,
    [...owners],
  )
  const settings = new Map<number, { values: Record<string, string>; template: string | undefined }>()
  for (const { owner_id: owner, key, value } of rows) {
    const own = settings.get(owner) ?? { values: {}, template: undefined }
    if (isAddressSettingKey(key)) own.values[key] = value
    else if (key === templateKey('protection')) own.template = value
    settings.set(owner, own)
  }
  return settings
}

/** What the operator has set for all. */
export async function installationSettings(reader: Reader): Promise<OwnSettings> {
  const stored = await reader.all<{ key: string; value: string }>('SELECT key, value FROM setting')
  return Object.fromEntries(stored.filter(({ key }) => isAddressSettingKey(key)).map(({ key, value }) => [key, value]))
}
