import type { Change, Transaction } from '../database/database.ts'
import { directoryChange, type Step } from '../directory/change/change.ts'
import { type KeyAlgorithm, type KeyState, nextCheckMs, nextStates, type RecordSeen } from './key-life.ts'
import { domainKey, keyColumns, type KeyOwner, type KeyRow } from './rows.ts'

export interface NewKey {
  readonly selector: string
  readonly algorithm: KeyAlgorithm
  readonly publicKey: string
  /** Sealed. */
  readonly privateKey: string
}

/** A domain's first keys; nothing where it has some. */
export const addFirstKeys: Change<{ readonly domainId: number; readonly keys: readonly NewKey[]; readonly atMs: number }, void> = {
  name: 'signing.add-first',
  durable: true,
  async run(tx, { domainId, keys, atMs }) {
    const row = await tx.get('SELECT 1 AS one FROM dkim_key WHERE domain_id = ? LIMIT 1', domainId)
    if (row === undefined) await insert(tx, domainId, keys, atMs)
  },
}

/** Keys that are to follow those that there are. */
export const addNextKeys = directoryChange(
  'domain.rotate-keys',
  async ({ tx, args, atMs }: Step<{ readonly owner: KeyOwner; readonly keys: readonly NewKey[] }>) => {
    await insert(tx, args.owner.domainId, args.keys, atMs)
    const owner = await tx.get<{ customer_id: number }>('SELECT customer_id FROM domain WHERE domain_id = ?', args.owner.domainId)
    const detail = { selectors: args.keys.map(({ selector }) => selector) }
    return { done: undefined, audit: { subject: args.owner.domain, detail, ...(owner !== undefined && { customerId: owner.customer_id }) } }
  },
)

/** Two who make keys on one day choose the same selectors: the first wins. */
async function insert(tx: Transaction, domainId: number, keys: readonly NewKey[], atMs: number): Promise<void> {
  for (const { selector, algorithm, publicKey, privateKey } of keys) {
    await tx.run(
      `INSERT INTO dkim_key (domain_id, selector, algorithm, state, state_at_ms, made_at_ms, public_key, private_key, seen, check_at_ms)
       VALUES (?, ?, ?, 'made', ?, ?, ?, ?, 'unchecked', ?) ON CONFLICT DO NOTHING`,
      domainId,
      selector,
      algorithm,
      atMs,
      atMs,
      publicKey,
      privateKey,
      atMs,
    )
  }
}

/** A key that went on. */
export interface KeyMove {
  readonly selector: string
  readonly from: KeyState
  readonly to: KeyState | 'gone'
}

interface Checked {
  readonly owner: KeyOwner
  readonly seen: readonly (readonly [selector: string, seen: RecordSeen])[]
  readonly atMs: number
}

/** What the DNS said of an owner's keys, and what becomes of them. */
export const noteChecked: Change<Checked, KeyMove[]> = {
  name: 'signing.checked',
  durable: true,
  async run(tx, { owner, seen, atMs }) {
    const told = new Map(seen)
    const rows = await tx.all<KeyRow>(
      `SELECT ${keyColumns} FROM dkim_key LEFT JOIN domain ON domain.domain_id = dkim_key.domain_id WHERE dkim_key.domain_id = ? ORDER BY selector`,
      owner.domain,
      owner.domainId,
    )
    const keys = rows.map((row) => ({ ...domainKey(row), seen: told.get(row.selector) ?? row.seen }))
    const states = nextStates(keys, atMs)
    const moves: KeyMove[] = []
    for (const [index, key] of keys.entries()) {
      const to = states[index] ?? key.state
      if (to !== key.state) moves.push({ selector: key.selector, from: key.state, to })
      if (to === 'gone') {
        await tx.run('DELETE FROM dkim_key WHERE domain_id = ? AND selector = ?', owner.domainId, key.selector)
        continue
      }
      const stateAtMs = to === key.state ? key.stateAtMs : atMs
      await tx.run(
        `UPDATE dkim_key SET state = ?, state_at_ms = ?, signed_at_ms = ?, seen = ?, checked_at_ms = ?, check_at_ms = ?${isUsedUp(to) ? ', private_key = NULL' : ''}
         WHERE domain_id = ? AND selector = ?`,
        to,
        stateAtMs,
        key.signedAtMs ?? (to === 'signing' ? atMs : null),
        key.seen,
        told.has(key.selector) ? atMs : (key.checkedAtMs ?? null),
        nextCheckMs({ state: to, stateAtMs }, atMs),
        owner.domainId,
        key.selector,
      )
    }
    return moves
  },
}

function isUsedUp(state: KeyState): boolean {
  return state === 'retired' || state === 'withdrawn'
}

/** Keys of domains that were removed. */
export const forgetKeys: Change<undefined, number> = {
  name: 'signing.forget',
  durable: true,
  async run(tx) {
    return tx.run('DELETE FROM dkim_key WHERE domain_id <> 0 AND NOT EXISTS (SELECT 1 FROM domain WHERE domain.domain_id = dkim_key.domain_id)')
  },
}
