import type { Reader } from '../../database/database.ts'
import type { AccountId } from '../../mail/ids.ts'
import type { DeliveryTarget } from '../recipient.ts'
import { allIn } from './in-list.ts'
import type { AddressOfDomain } from './rows.ts'

/** Forwards that point at lists that point at aliases …: past this depth it counts as a loop. */
const maxDepth = 10
/** Mailboxes behind one address; changes refuse lists of more than 1,000 targets, but lists can hold lists. */
const maxMailboxes = 10_000

interface Edge {
  address_id: number
  target_id: number
  account_id: number | null
}

/** Accounts behind each address, each once. Undefined: its targets go round, too deep, or reach too many. */
export async function targetsOf(reader: Reader, rows: readonly AddressOfDomain[]): Promise<Map<number, readonly number[] | undefined>> {
  const edges = await edgesFrom(
    reader,
    rows.filter((row) => row.account_id === null).map((row) => row.address_id),
  )
  return new Map(rows.map((row) => [row.address_id, row.account_id === null ? accountsBehind(row.address_id, edges) : [row.account_id]]))
}

/** All that can be reached, level by level. */
async function edgesFrom(reader: Reader, starts: readonly number[]): Promise<Map<number, Edge[]>> {
  const edges = new Map<number, Edge[]>()
  let open = [...new Set(starts)]
  for (let depth = 0; depth < maxDepth && open.length > 0; depth += 1) {
    for (const id of open) edges.set(id, [])
    const rows = await allIn<Edge>(
      reader,
      'SELECT t.address_id, t.target_id, a.account_id FROM address_target t JOIN address a ON a.address_id = t.target_id WHERE t.address_id IN (?...)',
      open,
    )
    for (const row of rows) edges.get(row.address_id)?.push(row)
    open = [...new Set(rows.filter((row) => row.account_id === null && !edges.has(row.target_id)).map((row) => row.target_id))]
  }
  return edges
}

function accountsBehind(start: number, edges: ReadonlyMap<number, readonly Edge[]>): readonly number[] | undefined {
  const accounts = new Set<number>()
  const visited = new Set<number>()
  const path = new Set<number>()
  const visit = (id: number): boolean => {
    if (path.has(id) || path.size > maxDepth) return false
    if (visited.has(id)) return true
    visited.add(id)
    path.add(id)
    const targets = edges.get(id)
    if (targets === undefined) return false
    for (const { target_id: targetId, account_id: accountId } of targets) {
      if (accountId !== null) accounts.add(accountId)
      else if (!visit(targetId)) return false
    }
    path.delete(id)
    return accounts.size <= maxMailboxes
  }
  return visit(start) ? [...accounts] : undefined
}

interface AccountRow {
  account_id: number
  key: string
  local_part: string
  quota_bytes: number | null
  storage_bytes: number | null
  max_message_bytes: number
}

/** What delivery needs of each account that takes mail; those that are locked are missing. */
export async function deliveryTargets(reader: Reader, accounts: readonly number[]): Promise<Map<number, DeliveryTarget>> {
  const rows = await allIn<AccountRow>(
    reader,
    `SELECT account.account_id, address.key, address.local_part, account.quota_bytes, plan.storage_bytes, plan.max_message_bytes
     FROM account JOIN address ON address.account_id = account.account_id
     JOIN customer ON customer.customer_id = account.customer_id JOIN plan ON plan.plan_id = customer.plan_id
     WHERE account.locked_reason IS NULL AND customer.locked_reason IS NULL AND account.account_id IN (?...)`,
    accounts,
  )
  return new Map(
    rows.map((row) => {
      const target: DeliveryTarget = {
        accountId: row.account_id as AccountId,
        address: { localPart: row.local_part, domain: row.key.slice(row.key.lastIndexOf('@') + 1) },
        quotaBytes: quotaOf(row),
        maxMessageBytes: row.max_message_bytes,
      }
      return [row.account_id, target]
    }),
  )
}

/** The account's own, where 0 is "none"; else the plan's. */
export function quotaOf(row: { readonly quota_bytes: number | null; readonly storage_bytes: number | null }): number | undefined {
  if (row.quota_bytes === 0) return undefined
  return row.quota_bytes ?? row.storage_bytes ?? undefined
}
