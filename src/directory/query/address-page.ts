import type { Query, Reader, SqlValue } from '../../database/database.ts'
import { formatAddress } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'
import { rowAddress } from '../change/find.ts'
import { customersWithin, type Reach } from '../reach.ts'
import type { AddressKind } from '../recipient.ts'
import { allIn } from '../../database/in-list.ts'
import { containing, type PageOf } from './page.ts'
import { quotaOf } from './targets.ts'

export interface AddressListing {
  readonly address: string
  readonly kind: AddressKind
  readonly customer: string
  /** The first of them, in order; of a mailbox: where it forwards to. */
  readonly targets: readonly string[]
  /** How many there are. */
  readonly targetCount: number
  readonly mailbox:
    | {
        readonly accountId: AccountId
        /** null: no limit. */
        readonly quotaBytes: number | null
        readonly locked: boolean
        /** It, or its customer. */
        readonly sendingLocked: boolean
      }
    | undefined
}

/** All that is given must hold. */
interface AddressSearch {
  readonly reach: Reach
  readonly kind?: AddressKind | undefined
  readonly domain?: string | undefined
  readonly contains?: string | undefined
}

/** Targets shown of each. */
const maxTargetsShown = 20

/** Addresses in order of their keys. */
export const listAddresses: Query<AddressSearch & PageOf, { readonly addresses: readonly AddressListing[]; readonly next: string | undefined }> = {
  name: 'directory.addresses',
  async run(reader, { after, limit, ...search }) {
    const { from, where, parameters } = conditionsOf(search)
    const rows = await reader.all<ListingRow>(
      `SELECT address.address_id, address.key, address.local_part, address.kind, address.account_id, address.keep_copy, account.quota_bytes, account.locked_reason,
         plan.storage_bytes, customer.name AS customer, COALESCE(account.sending_locked_reason, customer.sending_locked_reason) AS sending_locked_reason
       FROM ${from} JOIN plan ON plan.plan_id = customer.plan_id LEFT JOIN account ON account.account_id = address.account_id
       WHERE ${where} AND address.key > ? ORDER BY address.key LIMIT ?`,
      ...parameters,
      after,
      limit,
    )
    const targets = await targetsOf(
      reader,
      rows.filter((row) => row.account_id === null || row.keep_copy !== null).map((row) => row.address_id),
    )
    return { addresses: rows.map((row) => listing(row, targets.get(row.address_id) ?? [])), next: rows.length === limit ? rows.at(-1)?.key : undefined }
  },
}

export const countAddresses: Query<AddressSearch, number> = {
  name: 'directory.count-addresses',
  async run(reader, search) {
    const { from, where, parameters } = conditionsOf(search)
    return (await reader.get<{ number: number }>(`SELECT COUNT(*) AS number FROM ${from} WHERE ${where}`, ...parameters))?.number ?? 0
  },
}

interface ListingRow {
  readonly address_id: number
  readonly key: string
  readonly local_part: string
  readonly kind: AddressKind
  readonly account_id: number | null
  readonly keep_copy: number | null
  readonly quota_bytes: number | null
  readonly locked_reason: string | null
  readonly storage_bytes: number | null
  readonly customer: string
  readonly sending_locked_reason: string | null
}

function conditionsOf({ reach, kind, domain, contains }: AddressSearch) {
  const within = customersWithin(reach)
  const conditions = [within.sql, ...(kind === undefined ? [] : ['address.kind = ?']), ...(domain === undefined ? [] : ['domain.name = ?'])]
  const parameters: SqlValue[] = [...within.parameters, ...[kind, domain].filter((value) => value !== undefined)]
  if (contains !== undefined) {
    conditions.push("address.key LIKE ? ESCAPE '\\'")
    parameters.push(containing(contains))
  }
  // SQLite keeps the order of CROSS JOIN: of one customer among thousands, only the own domains are gone through.
  const from =
    reach.kind === 'all' && domain === undefined
      ? 'address JOIN domain ON domain.domain_id = address.domain_id JOIN customer ON customer.customer_id = domain.customer_id'
      : 'customer JOIN domain ON domain.customer_id = customer.customer_id CROSS JOIN address'
  if (from.endsWith('CROSS JOIN address')) conditions.push('address.domain_id = domain.domain_id')
  return { from, where: conditions.join(' AND '), parameters }
}

/** By address, all of them, in order. */
async function targetsOf(reader: Reader, addressIds: readonly number[]): Promise<ReadonlyMap<number, readonly string[]>> {
  const rows = [
    ...(await allIn<TargetRow>(
      reader,
      'SELECT t.address_id, a.key, a.local_part FROM address_target t JOIN address a ON a.address_id = t.target_id WHERE t.address_id IN (?...)',
      addressIds,
    )),
    ...(await allIn<TargetRow>(reader, 'SELECT address_id, key, local_part FROM remote_target WHERE address_id IN (?...)', addressIds)),
  ].toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const targets = new Map<number, string[]>()
  for (const row of rows) {
    const known = targets.get(row.address_id)
    if (known === undefined) targets.set(row.address_id, [formatAddress(rowAddress(row))])
    else known.push(formatAddress(rowAddress(row)))
  }
  return targets
}

interface TargetRow {
  readonly address_id: number
  readonly key: string
  readonly local_part: string
}

function listing(row: ListingRow, targets: readonly string[]): AddressListing {
  return {
    address: formatAddress(rowAddress(row)),
    kind: row.kind,
    customer: row.customer,
    targets: targets.slice(0, maxTargetsShown),
    targetCount: targets.length,
    mailbox:
      row.account_id === null
        ? undefined
        : {
            accountId: row.account_id as AccountId,
            quotaBytes: quotaOf(row) ?? null,
            locked: row.locked_reason !== null,
            sendingLocked: row.sending_locked_reason !== null,
          },
  }
}
