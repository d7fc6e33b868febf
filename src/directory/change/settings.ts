import { type Address, formatAddress } from '../../mail/address.ts'
import { type AddressSettingKey, isLocked, type SettingScope } from '../address-settings.ts'
import type { ListName } from '../lists.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { type AddressRow, findAddress, findDomain, findNamed } from './find.ts'

/** Values in their one spelling; null: inherit again. */
export type SettingValues<Key extends string = string> = Readonly<Partial<Record<Key, string | null>>>

/** Settings of the installation. */
export const setSettings = directoryChange('setting.set', async ({ tx, args }: Step<{ readonly values: SettingValues }>) => {
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

/** Defaults of a plan, a customer or a domain for the addresses below it. */
export const setDefaults = directoryChange(
  'default.set',
  async (step: Step<{ readonly scope: 'plan' | 'customer' | 'domain'; readonly name: string; readonly values: SettingValues<AddressSettingKey> }>) => {
    const { tx, args } = step
    const owner = await ownerId(step)
    if (owner.refused !== undefined) return owner
    // For many addresses at once, some of which have nobody listed.
    if (args.values['list-mode'] === 'allow-only') return refuse({ code: 'allow-only-default' })
    await writeOwn({ tx }, args.scope, owner.id, args.values)
    return { done: { scope: args.scope, name: args.name, values: args.values }, audit: { subject: args.name, detail: { scope: args.scope, ...args.values } } }
  },
)

async function ownerId({ tx, args }: Step<{ readonly scope: 'plan' | 'customer' | 'domain'; readonly name: string }>) {
  if (args.scope === 'domain') {
    const domain = await findDomain(tx, args.name)
    return domain.refused === undefined ? { id: domain.row.domain_id } : { refused: domain.refused }
  }
  const named = await findNamed<{ plan_id: number; customer_id: number }>(tx, args.scope, args.name)
  if (named.refused !== undefined) return { refused: named.refused }
  return { id: args.scope === 'plan' ? named.row.plan_id : named.row.customer_id }
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
