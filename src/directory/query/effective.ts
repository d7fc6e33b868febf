import type { Reader, SqlValue } from '../../database/database.ts'
import { type AddressSettingKey, fallbackText, isLocked, kindsWith } from '../address-settings.ts'
import { templateKey } from '../templates.ts'

/** Where a value of an address can come from, the strongest first (SPEC "The people"); the installation's is behind them all. */
export const layers = ['address', 'addressTemplate', 'domainTemplate', 'domain', 'customer', 'plan'] as const
export type Layer = (typeof layers)[number] | 'installation'

/** A piece of SQL with what stands for its question marks. */
export interface Sql {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
}

/** Each layer's own value of one setting. */
export const layerSql: Readonly<Record<(typeof layers)[number], string>> = {
  address: 'of_address.value',
  addressTemplate: 'of_address_template.value',
  domainTemplate: 'of_domain_template.value',
  domain: 'of_domain.value',
  customer: 'of_customer.value',
  plan: 'of_plan.value',
}

/**
 * All addresses, with what every layer says of one setting: for aggregates over many. What stands before `address` is asked once for each
 * domain. Follows `ownSettingsOf`, which does the same for few addresses and all settings.
 */
export function addressesWithLayers(key: AddressSettingKey): Sql {
  const own = (alias: string, scope: string, owner: string) =>
    `LEFT JOIN own_setting ${alias} ON ${alias}.scope = '${scope}' AND ${alias}.owner_id = ${owner} AND ${alias}.key = ?`
  return {
    sql: `FROM domain JOIN customer ON customer.customer_id = domain.customer_id
      ${own('of_plan', 'plan', 'customer.plan_id')}
      ${own('of_customer', 'customer', 'customer.customer_id')}
      ${own('of_domain', 'domain', 'domain.domain_id')}
      ${own('domain_has', 'domain', 'domain.domain_id')}
      ${own('of_domain_template', 'template', 'CAST(domain_has.value AS INTEGER)')}
      JOIN address ON address.domain_id = domain.domain_id
      ${own('address_has', 'address', 'address.address_id')}
      ${own('of_address_template', 'template', 'CAST(address_has.value AS INTEGER)')}
      ${own('of_address', 'address', 'address.address_id')}`,
    parameters: [key, key, key, templateKey('protection'), key, templateKey('protection'), key, key],
  }
}

/** The installation's value, as text. */
export async function installationValue(reader: Reader, key: AddressSettingKey): Promise<string> {
  return (await reader.get<{ value: string }>('SELECT value FROM setting WHERE key = ?', key))?.value ?? fallbackText(key)
}

/** The strongest of what the layers say; `replaced`: what an edit would put in the place of some. */
export function strongest(fallback: string, replaced: Partial<Record<(typeof layers)[number], Sql>> = {}): Sql {
  const values = layers.map((layer): Sql => replaced[layer] ?? { sql: layerSql[layer], parameters: [] })
  return { sql: `COALESCE(${values.map(({ sql }) => sql).join(', ')}, ?)`, parameters: [...values.flatMap(({ parameters }) => parameters), fallback] }
}

/** Addresses to which the setting means something. */
export function withMeaning(key: AddressSettingKey): string {
  return `address.kind IN (${kindsWith(key)
    .map((kind) => `'${kind}'`)
    .join(', ')})`
}

/** Addresses at which it is locked. */
export function lockedAt(key: AddressSettingKey): string {
  return isLocked('list', key) ? "address.kind = 'list'" : '1 = 0'
}
