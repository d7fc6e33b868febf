import { nearest } from '../../base/nearest.ts'
import type { Change } from '../../database/database.ts'
import { planAllows } from '../plan-features.ts'
import type { Holder } from '../query/web-users.ts'
import { directoryChange, refuse, type Step } from './change.ts'

/** Of one owner. */
const maxTokens = 50

interface NewApiToken extends Holder {
  /** For the audit: whose it is. */
  readonly whose: string
  /** What people call it: the program that has it. Once of one owner, in any case. */
  readonly name: string
  /** What is kept of it. */
  readonly tokenHash: string
  /** Permissions, or "read"; `api/` knows them. */
  readonly scopes: readonly string[]
  /** In CIDR notation; none: from anywhere. */
  readonly networks: readonly string[]
  /** null: it does not end. */
  readonly expiresAtMs: number | null
}

/** A program may do what its owner may, and no more than the scopes say. */
export const addApiToken = directoryChange('token.add', async (step: Step<NewApiToken>) => {
  const { tx, args, atMs } = step
  const { name, scopes, networks, expiresAtMs } = args
  const customerId = await customerOf(step)
  const denied = customerId === undefined ? undefined : await planAllows(tx, customerId, 'api')
  if (denied !== undefined) return refuse(denied)
  const names = await namesOf(step)
  if (names.some((one) => one.toLowerCase() === name.toLowerCase())) return refuse({ code: 'exists', thing: 'token', name })
  if (names.length >= maxTokens) return refuse({ code: 'too-many', of: 'tokens', limit: maxTokens, plan: undefined })
  await tx.run(
    `INSERT INTO api_token (owner, owner_id, name, token_hash, scopes, networks, expires_at_ms, created_at_ms, last_used_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)`,
    ...[args.owner, args.ownerId, name, args.tokenHash, scopes.join(' '), networks.join(' '), expiresAtMs, atMs],
  )
  return { done: { name }, audit: { subject: args.whose, detail: { name, scopes, networks, expiresAtMs } } }
})

/** It opens nothing any more. */
export const removeApiToken = directoryChange('token.remove', async (step: Step<Holder & { readonly whose: string; readonly name: string }>) => {
  const { owner, ownerId, name, whose } = step.args
  const names = await namesOf(step)
  const found = names.find((one) => one.toLowerCase() === name.toLowerCase())
  if (found === undefined) return refuse({ code: 'unknown', thing: 'token', name, near: nearest(name, names) })
  await step.tx.run('DELETE FROM api_token WHERE owner = ? AND owner_id = ? AND name = ?', owner, ownerId, found)
  return { done: { name: found }, audit: { subject: whose, detail: { name: found } } }
})

/** Not a change of the directory: nothing that is remembered depends on it. */
export const noteApiTokenUse: Change<{ readonly tokenHash: string; readonly atMs: number }, void> = {
  name: 'directory.note-token-use',
  durable: false,
  async run(tx, { tokenHash, atMs }) {
    await tx.run('UPDATE api_token SET last_used_ms = ? WHERE token_hash = ? AND (last_used_ms IS NULL OR last_used_ms < ?)', atMs, tokenHash, atMs)
  },
}

/** Undefined: an operator's, who belongs to none. */
async function customerOf({ tx, args: { owner, ownerId } }: Step<Holder>): Promise<number | undefined> {
  const sql = {
    operator: undefined,
    person: 'SELECT customer_id FROM person WHERE person_id = ?',
    account: 'SELECT customer_id FROM account WHERE account_id = ?',
  }[owner]
  return sql === undefined ? undefined : (await tx.get<{ customer_id: number }>(sql, ownerId))?.customer_id
}

async function namesOf({ tx, args }: Step<Holder>): Promise<readonly string[]> {
  const rows = await tx.all<{ name: string }>('SELECT name FROM api_token WHERE owner = ? AND owner_id = ?', args.owner, args.ownerId)
  return rows.map((row) => row.name)
}
