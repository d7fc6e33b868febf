import { type Address, formatAddress } from '../../mail/address.ts'
import { type AddressSettingKey, isLocked, type SettingScope } from '../address-settings.ts'
import type { ListName } from '../lists.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { type AddressRow, findAddress, findDomain } from './find.ts'

/** Values in their one spelling; null: inherit again. */
export type SettingValues<Key extends string = string> = Readonly<Partial<Record<Key, string | null>>>

/** Settings of the installation. */
export const setSettings = directoryChange('setting.set', async ({ tx, args }: Step<{ readonly values: SettingValues }>) => {
  const refusal = defaultsRefusal(args.values)
  if (refusal !== undefined) return refuse(refusal)
  for (const [key, value] of Object.entries(args.values)) {
    if (value === null) await tx.run('DELETE FROM setting WHERE key = ?', key)
    else await tx.run('INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', key, value ?? '')
  }
  return { done: { values: args.values }, audit: { subject: Object.keys(args.values).join(' '), detail: { ...args.values } } }
})

/** Settings of one address. */
export const setAddressSettings = directoryChange(
  'address.set',
  async (step: Step<{ readonly address: Address; readonly values: SettingValues<AddressSettingKey> }>) => {
    const { tx, args } = step
    const found = await findAddress(tx, args.address)
    if (found.refused !== undefined) return found
    const name = formatAddress(args.address)
    for (const key of Object.keys(args.values) as AddressSettingKey[]) {
      if (isLocked(found.row.kind, key) && args.values[key] !== null && args.values[key] !== 'on') return refuse({ code: 'locked-on', key, name })
    }
    if (args.values['list-mode'] === 'allow-only' && (await listLength(step, found.row, 'allow-only')) === 0) return refuse({ code: 'allow-only-empty', name })
    await writeOwn(step, 'address', found.row.address_id, args.values)
    return { done: { address: name, values: args.values }, audit: { subject: name, detail: { ...args.values } } }
  },
)

/** Defaults of a domain for its addresses; those of a plan and of a customer come with their own changes. */
export const setDomainDefaults = directoryChange(
  'domain.set',
  async ({ tx, args }: Step<{ readonly domain: string; readonly values: SettingValues<AddressSettingKey> }>) => {
    const domain = await findDomain(tx, args.domain)
    if (domain.refused !== undefined) return domain
    const refusal = defaultsRefusal(args.values)
    if (refusal !== undefined) return refuse(refusal)
    await writeOwn({ tx }, 'domain', domain.row.domain_id, args.values)
    return { done: { domain: args.domain, values: args.values }, audit: { subject: args.domain, detail: { ...args.values } } }
  },
)

/** Why these cannot be defaults for many addresses at once, some of which have nobody listed. */
export function defaultsRefusal(values: SettingValues): DirectoryRefusal | undefined {
  return values['list-mode'] === 'allow-only' ? { code: 'allow-only-default' } : undefined
}

export async function writeOwn({ tx }: Pick<Step<unknown>, 'tx'>, scope: SettingScope, ownerId: number, values: SettingValues): Promise<void> {
  for (const [key, value] of Object.entries(values)) {
    if (value === null || value === undefined) await tx.run('DELETE FROM own_setting WHERE scope = ? AND owner_id = ? AND key = ?', scope, ownerId, key)
    else {
      await tx.run(
        'INSERT INTO own_setting (scope, owner_id, key, value) VALUES (?, ?, ?, ?) ON CONFLICT (scope, owner_id, key) DO UPDATE SET value = excluded.value',
        scope,
        ownerId,
        key,
        value,
      )
    }
  }
}

export async function listLength({ tx }: Pick<Step<unknown>, 'tx'>, address: AddressRow, list: ListName): Promise<number> {
  const row = await tx.get<{ number: number }>('SELECT COUNT(*) AS number FROM list_entry WHERE address_id = ? AND list = ?', address.address_id, list)
  return row?.number ?? 0
}
