import type { Reader } from '../../database/database.ts'
import type { Address } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'
import { rowAddress } from '../change/find.ts'
import { allowsSql } from '../plan-features.ts'
import type { DeliveryTarget, Members } from '../recipient.ts'
import { allIn } from '../../database/in-list.ts'
import type { AddressOfDomain } from './rows.ts'

/** Forwards that point at lists that point at aliases …: past this depth it counts as a loop. */
const maxDepth = 10
/** Behind one address; changes refuse lists of more than 1,000 targets, but lists can hold lists. */
const maxReached = 10_000

/** Mailboxes and people elsewhere that an address leads to. */
export interface Reached {
  readonly targets: readonly DeliveryTarget[]
  readonly elsewhere: readonly Address[]
  readonly lists: readonly Address[]
  readonly members?: Members
}

/** An address of ours that mail goes through, or ends at. */
type Node = Omit<AddressOfDomain, 'lists_version'>

/** What one address leads to directly. */
interface Steps {
  readonly here: Node[]
  readonly elsewhere: { readonly key: string; readonly address: Address; readonly name: string }[]
}

/** Who is behind each address. `loop`: its targets go round, too deep, reach too many or nobody; `locked`: none of them takes mail for now. */
export async function reachedFrom(reader: Reader, rows: readonly Node[]): Promise<Map<number, Reached | 'loop' | 'locked'>> {
  const steps = await stepsFrom(reader, rows)
  const nodes = [...rows, ...[...steps.values()].flatMap(({ here }) => here)]
  const open = await deliveryTargets(reader, [...new Set(nodes.flatMap(({ account_id: accountId }) => accountId ?? []))])
  return new Map(rows.map((row) => [row.address_id, new Walk(steps, open).from(row)]))
}

function forwards(node: Node): boolean {
  return node.account_id === null || node.keep_copy !== null
}

/** All that can be reached, level by level. */
async function stepsFrom(reader: Reader, starts: readonly Node[]): Promise<Map<number, Steps>> {
  const steps = new Map<number, Steps>()
  let open = [...new Set(starts.filter(forwards).map((node) => node.address_id))]
  for (let depth = 0; depth < maxDepth && open.length > 0; depth += 1) {
    for (const id of open) steps.set(id, { here: [], elsewhere: [] })
    const here = await allIn<Node & { readonly from_id: number }>(
      reader,
      `SELECT t.address_id AS from_id, a.address_id, a.domain_id, a.key, a.local_part, a.kind, a.account_id, a.keep_copy
       FROM address_target t JOIN address a ON a.address_id = t.target_id WHERE t.address_id IN (?...)`,
      open,
    )
    for (const row of here) steps.get(row.from_id)?.here.push(row)
    const elsewhere = await allIn<{ readonly address_id: number; readonly remote_id: number; readonly key: string; readonly local_part: string }>(
      reader,
      'SELECT address_id, remote_id, key, local_part FROM remote_target WHERE address_id IN (?...)',
      open,
    )
    for (const row of elsewhere) steps.get(row.address_id)?.elsewhere.push({ key: row.key, address: rowAddress(row), name: `e${row.remote_id}` })
    open = [...new Set(here.filter((node) => forwards(node) && !steps.has(node.address_id)).map((node) => node.address_id))]
  }
  return steps
}

/** From one address to all that are behind it. */
class Walk {
  readonly #steps: ReadonlyMap<number, Steps>
  readonly #open: ReadonlyMap<number, DeliveryTarget>
  readonly #targets = new Map<number, DeliveryTarget>()
  readonly #elsewhere = new Map<string, Address>()
  readonly #lists: Address[] = []
  readonly #members = { here: new Map<AccountId, string>(), elsewhere: new Map<string, string>() }
  readonly #visited = new Set<number>()
  readonly #path: Node[] = []
  #metLocked = false

  /** @param open mailboxes that take mail, by account */
  constructor(steps: ReadonlyMap<number, Steps>, open: ReadonlyMap<number, DeliveryTarget>) {
    this.#steps = steps
    this.#open = open
  }

  from(start: Node): Reached | 'loop' | 'locked' {
    if (!this.#visit(start)) return 'loop'
    if (this.#targets.size + this.#elsewhere.size === 0) return this.#metLocked ? 'locked' : 'loop'
    const reached = { targets: [...this.#targets.values()], elsewhere: [...this.#elsewhere.values()], lists: this.#lists }
    return start.kind === 'list' ? { ...reached, members: this.#members } : reached
  }

  /** false: it goes round. */
  #visit(node: Node): boolean {
    const { address_id: id, account_id: accountId } = node
    if (this.#path.some((one) => one.address_id === id) || this.#path.length > maxDepth) return false
    if (this.#visited.has(id)) return true
    this.#visited.add(id)
    this.#noteList(node)
    this.#path.push(node)
    if (accountId !== null) {
      const target = this.#open.get(accountId)
      // What a locked mailbox does not take it does not forward either.
      if (target === undefined) {
        this.#metLocked = true
        this.#path.pop()
        return true
      }
      if (node.keep_copy !== 0) this.#reach(target)
    }
    if (forwards(node)) {
      const steps = this.#steps.get(id)
      if (steps === undefined) return false
      for (const { key, address, name } of steps.elsewhere) this.#reachElsewhere(key, address, name)
      for (const next of steps.here) if (!this.#visit(next)) return false
    }
    this.#path.pop()
    return this.#targets.size + this.#elsewhere.size <= maxReached
  }

  #reach(target: DeliveryTarget): void {
    if (this.#targets.has(target.accountId)) return
    this.#targets.set(target.accountId, target)
    const member = this.#path[1]
    if (member !== undefined) this.#members.here.set(target.accountId, `h${member.address_id}`)
  }

  #reachElsewhere(key: string, address: Address, name: string): void {
    if (this.#elsewhere.has(key)) return
    this.#elsewhere.set(key, address)
    const member = this.#path[1]
    this.#members.elsewhere.set(key, member === undefined ? name : `h${member.address_id}`)
  }

  #noteList(node: Node): void {
    const from = this.#path.at(-1)
    const isSpokenFor = from?.kind === 'list' && from.domain_id === node.domain_id
    if (node.kind === 'list' && !isSpokenFor) this.#lists.push(rowAddress(node))
  }
}

interface AccountRow {
  account_id: number
  key: string
  local_part: string
  quota_bytes: number | null
  storage_bytes: number | null
  max_message_bytes: number
  /** NULL: none that is on. */
  autoresponder: number | null
}

/** What delivery needs of each account that takes mail; those that are locked, and are to take none meanwhile, are missing. */
async function deliveryTargets(reader: Reader, accounts: readonly number[]): Promise<Map<number, DeliveryTarget>> {
  const rows = await allIn<AccountRow>(
    reader,
    `SELECT account.account_id, address.key, address.local_part, account.quota_bytes, plan.storage_bytes, plan.max_message_bytes,
       autoresponder.account_id AS autoresponder
     FROM account JOIN address ON address.account_id = account.account_id
     JOIN customer ON customer.customer_id = account.customer_id JOIN plan ON plan.plan_id = customer.plan_id
     LEFT JOIN autoresponder ON autoresponder.account_id = account.account_id AND autoresponder.is_on = 1 AND ${allowsSql('autoresponder')}
       AND account.locked_reason IS NULL AND customer.locked_reason IS NULL
     WHERE (account.locked_reason IS NULL OR account.locked_takes_mail = 1) AND (customer.locked_reason IS NULL OR customer.locked_takes_mail = 1)
       AND account.account_id IN (?...)`,
    accounts,
  )
  return new Map(
    rows.map((row) => {
      const target: DeliveryTarget = {
        accountId: row.account_id as AccountId,
        address: { localPart: row.local_part, domain: row.key.slice(row.key.lastIndexOf('@') + 1) },
        quotaBytes: quotaOf(row),
        maxMessageBytes: row.max_message_bytes,
        ...(row.autoresponder !== null && { answers: true as const }),
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
