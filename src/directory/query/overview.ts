import type { Query, Reader } from '../../database/database.ts'
import { type Address, addressKey, formatAddress } from '../../mail/address.ts'
import { type AddressSettingKey, type EffectiveSetting, effectiveSettings, type ScopeSettings } from '../address-settings.ts'
import { findAddress, rowAddress } from '../change/find.ts'
import type { ListName } from '../lists.ts'
import type { AddressKind } from '../recipient.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { templateKey } from '../templates.ts'
import { installationSettings, ownScopes, ownSettingsOf } from './own-settings.ts'
import type { AddressOfDomain, DomainOfAddress } from './rows.ts'
import { quotaOf } from './targets.ts'

/** All about one address, for people. */
export interface AddressOverview {
  readonly address: string
  readonly kind: AddressKind
  readonly customer: string
  readonly plan: string
  readonly targets: readonly string[]
  readonly settings: Readonly<Record<AddressSettingKey, EffectiveSetting>>
  /** Template of protection that it has itself. */
  readonly template: string | null
  /** The one that its domain has. */
  readonly domainTemplate: string | null
  /** How many entries each list has. */
  readonly lists: Readonly<Record<ListName, number>>
  /** Of a mailbox. */
  readonly mailbox:
    | {
        readonly accountId: number
        readonly quotaBytes: number | null
        /** What its plan gives; null: without a limit. */
        readonly planQuotaBytes: number | null
        /** Else it has what the plan gives. */
        readonly hasOwnQuota: boolean
        readonly lockedReason: string | null
        readonly sendingLockedReason: string | null
        /** Where it forwards to `targets`: does it keep a copy? null: it does not forward. */
        readonly keepCopy: boolean | null
        /** null: it has none, or none that is on. Its first and last day; null: no end on that side. */
        readonly autoresponder: { readonly firstDay: string | null; readonly lastDay: string | null } | null
      }
    | undefined
}

export const addressOverview: Query<
  { readonly address: Address },
  { readonly found: AddressOverview; readonly refused?: never } | { readonly refused: DirectoryRefusal }
> = {
  name: 'directory.address',
  async run(reader, args) {
    const found = await findAddress(reader, args.address)
    if (found.refused !== undefined) return { refused: found.refused }
    const row: AddressOfDomain = { ...found.row, keep_copy: null, lists_version: 0 }
    const domain = await reader.get<DomainOfAddress & { customer: string; plan: string }>(
      `SELECT domain.domain_id, domain.customer_id, domain.name, customer.plan_id, customer.locked_reason, customer.name AS customer, plan.name AS plan
       FROM domain JOIN customer ON customer.customer_id = domain.customer_id JOIN plan ON plan.plan_id = customer.plan_id WHERE domain.domain_id = ?`,
      row.domain_id,
    )
    if (domain === undefined) throw new Error(`address ${row.address_id} has no domain`)
    return {
      found: {
        address: formatAddress(rowAddress(row)),
        kind: row.kind,
        customer: domain.customer,
        plan: domain.plan,
        targets: await targetNames(reader, row.address_id),
        settings: await settingsOf(reader, domain, row),
        template: (await templateOf(reader, 'address', row.address_id)) ?? null,
        domainTemplate: (await templateOf(reader, 'domain', row.domain_id)) ?? null,
        lists: await listLengths(reader, row.address_id),
        mailbox: row.account_id === null ? undefined : await mailboxOf(reader, row.account_id),
      },
    }
  },
}

async function settingsOf(reader: Reader, domain: DomainOfAddress, row: AddressOfDomain): Promise<AddressOverview['settings']> {
  const installation = await installationSettings(reader)
  const own = (await ownSettingsOf(reader, [row], [domain]))(domain, row)
  const names = [await templateOf(reader, 'domain', row.domain_id), await templateOf(reader, 'address', row.address_id)]
  const scopes = ownScopes.map((scope, index): ScopeSettings => {
    const template = scope === 'template' ? names.shift() : undefined
    return { scope, own: own[index] ?? {}, ...(template !== undefined && { template }) }
  })
  return effectiveSettings(row.kind, [{ scope: 'installation', own: installation }, ...scopes])
}

/** Name of the protection template that the address or domain itself has. */
async function templateOf(reader: Reader, scope: 'domain' | 'address', ownerId: number): Promise<string | undefined> {
  const row = await reader.get<{ name: string }>(
    `SELECT template.name FROM own_setting JOIN template ON template.template_id = CAST(own_setting.value AS INTEGER)
     WHERE own_setting.scope = ? AND own_setting.owner_id = ? AND own_setting.key = ?`,
    scope,
    ownerId,
    templateKey('protection'),
  )
  return row?.name
}

async function targetNames(reader: Reader, addressId: number): Promise<string[]> {
  const rows = await reader.all<{ key: string; local_part: string }>(
    `SELECT a.key, a.local_part FROM address_target t JOIN address a ON a.address_id = t.target_id WHERE t.address_id = ?
     UNION ALL SELECT key, local_part FROM remote_target WHERE address_id = ? ORDER BY 1`,
    addressId,
    addressId,
  )
  return rows.map((row) => formatAddress(rowAddress(row)))
}

async function listLengths(reader: Reader, addressId: number): Promise<Record<ListName, number>> {
  const rows = await reader.all<{ list: ListName; number: number }>(
    'SELECT list, COUNT(*) AS number FROM list_entry WHERE address_id = ? GROUP BY list',
    addressId,
  )
  return { block: 0, 'allow-only': 0, 'let-through': 0, ...Object.fromEntries(rows.map((row) => [row.list, row.number])) }
}

async function mailboxOf(reader: Reader, accountId: number): Promise<AddressOverview['mailbox']> {
  const row = await reader.get<{
    quota_bytes: number | null
    storage_bytes: number | null
    locked_reason: string | null
    sending_locked_reason: string | null
    keep_copy: number | null
    is_on: number | null
    first_day: string | null
    last_day: string | null
  }>(
    `SELECT account.quota_bytes, plan.storage_bytes, account.locked_reason, address.keep_copy, is_on, first_day, last_day,
       COALESCE(account.sending_locked_reason, customer.sending_locked_reason) AS sending_locked_reason
     FROM account JOIN address ON address.account_id = account.account_id LEFT JOIN autoresponder ON autoresponder.account_id = account.account_id
     JOIN customer ON customer.customer_id = account.customer_id JOIN plan ON plan.plan_id = customer.plan_id WHERE account.account_id = ?`,
    accountId,
  )
  if (row === undefined) return undefined
  const keepCopy = row.keep_copy === null ? null : row.keep_copy === 1
  const autoresponder = row.is_on === 1 ? { firstDay: row.first_day, lastDay: row.last_day } : null
  const locked = { lockedReason: row.locked_reason, sendingLockedReason: row.sending_locked_reason }
  const quota = { quotaBytes: quotaOf(row) ?? null, planQuotaBytes: row.storage_bytes, hasOwnQuota: row.quota_bytes !== null }
  return { accountId, ...quota, ...locked, keepCopy, autoresponder }
}

/** Entries of one list, sorted. */
export const listEntries: Query<{ readonly address: Address; readonly list: ListName }, readonly string[]> = {
  name: 'directory.list-entries',
  async run(reader, args) {
    const rows = await reader.all<{ entry: string }>(
      'SELECT entry FROM list_entry JOIN address ON address.address_id = list_entry.address_id WHERE address.key = ? AND list = ? ORDER BY entry',
      addressKey(args.address),
      args.list,
    )
    return rows.map((row) => row.entry)
  },
}
