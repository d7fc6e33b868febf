import { nearest } from '../../base/nearest.ts'
import type { Change } from '../../database/database.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { dropGrant } from './grants.ts'
import { revoke } from './revocation.ts'

/** `itself`: by dynamic registration (RFC 7591). */
export type OauthClientMaker = 'operator' | 'itself'

interface NewOauthClient {
  readonly clientId: string
  /** What the program calls itself. */
  readonly name: string
  /** RFC 7591 2, as JSON. */
  readonly metadata: string
}

/** A program that registered itself and that nobody lets in is forgotten after this; … */
const unusedHoldsMs = 86_400_000
/** … one that nobody has let in again, after this: longer than its last refresh token can live. */
const forgottenAfterMs = 400 * 86_400_000
/** Programs that registered themselves from one network within an hour, and such that wait to be let in, all in all. */
const maxOfNetwork = 20
const maxUnused = 10_000
const hourMs = 3_600_000

/** A program that registers itself. Resolves to false: too many have. Not a change of the directory: it opens nothing. */
export const registerOauthClient: Change<NewOauthClient & { readonly network: string; readonly atMs: number }, boolean> = {
  name: 'directory.register-oauth-client',
  durable: true,
  async run(tx, { clientId, name, metadata, network, atMs }) {
    await tx.run(
      "DELETE FROM oauth_client WHERE made_by = 'itself' AND ((last_used_ms IS NULL AND created_at_ms < ?) OR last_used_ms < ?)",
      atMs - unusedHoldsMs,
      atMs - forgottenAfterMs,
    )
    const counted = await tx.get<{ unused: number; near: number }>(
      `SELECT COUNT(*) AS unused, COALESCE(SUM(CASE WHEN network = ? AND created_at_ms > ? THEN 1 ELSE 0 END), 0) AS near
       FROM oauth_client WHERE made_by = 'itself' AND last_used_ms IS NULL`,
      network,
      atMs - hourMs,
    )
    if (counted === undefined || counted.unused >= maxUnused || counted.near >= maxOfNetwork) return false
    await tx.run(
      "INSERT INTO oauth_client (client_id, name, made_by, metadata, network, created_at_ms, last_used_ms) VALUES (?, ?, 'itself', ?, ?, ?, NULL)",
      ...[clientId, name, metadata, network, atMs],
    )
    return true
  },
}

/** A program that the operator knows. */
export const addOauthClient = directoryChange('oauth-client.add', async ({ tx, args, atMs }: Step<NewOauthClient>) => {
  const { clientId, name, metadata } = args
  const found = await tx.get("SELECT 1 AS one FROM oauth_client WHERE made_by = 'operator' AND LOWER(name) = ?", name.toLowerCase())
  if (found !== undefined) return refuse({ code: 'exists', thing: 'oauth-client', name })
  await tx.run(
    "INSERT INTO oauth_client (client_id, name, made_by, metadata, network, created_at_ms, last_used_ms) VALUES (?, ?, 'operator', ?, NULL, ?, NULL)",
    ...[clientId, name, metadata, atMs],
  )
  return { done: { clientId, name }, audit: { subject: name, customerId: 0, detail: { clientId } } }
})

/** With all that mailboxes have granted to it. */
export const removeOauthClient = directoryChange('oauth-client.remove', async (step: Step<{ readonly clientId: string }>) => {
  const { tx, args } = step
  const found = await tx.get<{ name: string }>('SELECT name FROM oauth_client WHERE client_id = ?', args.clientId)
  if (found === undefined) {
    const ids = (await tx.all<{ client_id: string }>("SELECT client_id FROM oauth_client WHERE made_by = 'operator'")).map((row) => row.client_id)
    return refuse({ code: 'unknown', thing: 'oauth-client', name: args.clientId, near: nearest(args.clientId, ids) })
  }
  const grants = await tx.all<{ credential_id: number; owner_id: number }>(
    "SELECT credential_id, owner_id FROM credential WHERE kind = 'oauth-grant' AND SUBSTR(value, 1, ?) = ?",
    args.clientId.length + 1,
    `${args.clientId} `,
  )
  for (const grant of grants) {
    await dropGrant(step, grant.credential_id)
    await revoke(step, grant.owner_id)
  }
  await tx.run('DELETE FROM oauth_client WHERE client_id = ?', args.clientId)
  return { done: { name: found.name, grants: grants.length }, audit: { subject: found.name, customerId: 0, detail: { clientId: args.clientId } } }
})
