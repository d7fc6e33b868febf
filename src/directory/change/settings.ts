import type { Reader } from '../../database/database.ts'
import { type Address, formatAddress } from '../../mail/address.ts'
import { type AddressSettingKey, isForOperators, isLocked, type SettingScope } from '../address-settings.ts'
import type { ListName } from '../lists.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { templateKey } from '../templates.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { edit, nobodys, type Prepared, writesOf } from './edit.ts'
import { type AddressRow, customerOf, findAddress, findDomain } from './find.ts'
import { findTemplateFor } from './find-template.ts'

/** Values in their one spelling; null: inherit again. */
export type SettingValues<Key extends string = string> = Readonly<Partial<Record<Key, string | null>>>

interface InstallationChange {
  readonly values: SettingValues
}

/** Settings of the installation. */
export const setSettings = directoryChange('setting.set', async (step: Step<InstallationChange>) => {
  const { values } = step.args
  const prepared = prepareSettings(step.args)
  if (prepared.refused !== undefined) return prepared
  const edited = await edit(step, prepared.note, prepared.writes)
  return { done: { values, edit: edited.edit }, audit: { subject: prepared.note.subject, detail: { ...values, ...edited } } }
})

export function prepareSettings({ values }: InstallationChange): Prepared {
  const refusal = defaultsRefusal(values)
  if (refusal !== undefined) return refuse(refusal)
  return {
    note: { change: 'setting.set', subject: Object.keys(values).join(' '), customerId: nobodys },
    writes: writesOf('installation', 0, values),
    owner: nobodys,
  }
}

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
    const customerId = hasOperatorsKey(args.values) ? nobodys : ((await customerOf(tx, found.row)) ?? nobodys)
    const edited = await edit(step, { change: 'address.set', subject: name, customerId }, writesOf('address', found.row.address_id, args.values))
    return { done: { address: name, values: args.values, edit: edited.edit }, audit: { subject: name, detail: { ...args.values, ...edited } } }
  },
)

interface DomainChange {
  readonly domain: string
  readonly values: SettingValues<AddressSettingKey>
  /** Name of a template of protection; null: none any more; undefined: as it is. */
  readonly template?: string | null | undefined
}

/** Defaults of a domain for its addresses; those of a plan and of a customer come with their own changes. */
export const setDomainDefaults = directoryChange('domain.set', async (step: Step<DomainChange>) => {
  const prepared = await prepareDomain(step.tx, step.args)
  if (prepared.refused !== undefined) return prepared
  const edited = await edit(step, prepared.note, prepared.writes)
  const { domain, values, template } = step.args
  return { done: { domain, values, edit: edited.edit }, audit: { subject: domain, detail: { ...values, template, ...edited }, customerId: prepared.owner } }
})

export async function prepareDomain(reader: Reader, args: DomainChange): Promise<Prepared> {
  const domain = await findDomain(reader, args.domain)
  if (domain.refused !== undefined) return domain
  const refusal = defaultsRefusal(args.values)
  if (refusal !== undefined) return refuse(refusal)
  const { domain_id: domainId, customer_id: customerId, name } = domain.row
  const template = typeof args.template === 'string' ? await findTemplateFor(reader, args.template, customerId) : undefined
  if (template?.refused !== undefined) return template
  const templateValue = template === undefined ? args.template : String(template.row.template_id)
  const writes = writesOf('domain', domainId, { ...args.values, [templateKey('protection')]: templateValue })
  return { note: { change: 'domain.set', subject: name, customerId: hasOperatorsKey(args.values) ? nobodys : customerId }, writes, owner: customerId }
}

/** Why these cannot be defaults for many addresses at once, some of which have nobody listed. */
export function defaultsRefusal(values: SettingValues): DirectoryRefusal | undefined {
  return values['list-mode'] === 'allow-only' ? { code: 'allow-only-default' } : undefined
}

export function hasOperatorsKey(values: SettingValues): boolean {
  return Object.keys(values).some(isForOperators)
}

/** Of something that is new, and where a list sets its mode: no edit that somebody made. */
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
