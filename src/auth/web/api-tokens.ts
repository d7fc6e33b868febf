import { createHash, randomBytes } from 'node:crypto'
import { noteApiTokenUse } from '../../directory/change/api-tokens.ts'
import { type ApiToken, apiTokenByHash } from '../../directory/query/api-tokens.ts'
import type { WebUser } from '../../directory/query/web-users.ts'
import { cidrContains, parseCidr, parseIp } from '../../mail/ip.ts'
import type { WebSessionDependencies } from './sessions.ts'

/** Scanners for secrets that were published by mistake know what begins like this. */
const prefix = 'posthorn_'
const tokenPattern = /^posthorn_[A-Za-z0-9_-]{43}$/
/** How much later than the last note of its use the next one is made. */
const noteEveryMs = 3_600_000

/** A token for a program: 256 random bits, which nobody finds by trying. Shown once. */
export function makeApiToken(): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** What is kept of it. */
export function apiTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}

/** Whose token that is; undefined: nobody's, or it may not be used now, or not from there. */
export async function findApiToken(
  { directory, database, clock, log }: WebSessionDependencies,
  text: string,
  ip: string,
): Promise<{ readonly token: ApiToken; readonly user: WebUser } | undefined> {
  if (!tokenPattern.test(text)) return undefined
  const tokenHash = apiTokenHash(text)
  const found = await directory.query(apiTokenByHash, { tokenHash })
  if (found === undefined || found.user.locked || !mayComeFrom(found.token, ip)) return undefined
  const { expiresAtMs, lastUsedMs } = found.token
  const atMs = clock.now()
  if (expiresAtMs !== null && expiresAtMs <= atMs) return undefined
  if (lastUsedMs === null || atMs - lastUsedMs >= noteEveryMs) {
    // Nobody waits for it.
    database.change(noteApiTokenUse, { tokenHash, atMs }).catch((err: unknown) => log.warn('use of an API token not noted', { err }))
  }
  return found
}

function mayComeFrom({ networks }: ApiToken, ip: string): boolean {
  const from = parseIp(ip)
  return networks.length === 0 || (from !== undefined && networks.flatMap((network) => parseCidr(network) ?? []).some((cidr) => cidrContains(cidr, from)))
}
