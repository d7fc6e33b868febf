import type { Query } from '../../database/database.ts'
import type { CredentialOwner } from '../change/credentials.ts'
import { planAllows } from '../plan-features.ts'
import { type Holder, type WebUser, webUser } from './web-users.ts'

export interface ApiToken {
  readonly name: string
  readonly scopes: readonly string[]
  /** In CIDR notation; none: from anywhere. */
  readonly networks: readonly string[]
  /** null: it does not end. */
  readonly expiresAtMs: number | null
  readonly createdAtMs: number
  /** To the hour; null: never. */
  readonly lastUsedMs: number | null
}

/** The token of this hash and whose it is, as that is now; undefined also while the plan does not allow programs. Whether it is still good is `auth/web/api-tokens.ts`'s to say. */
export const apiTokenByHash: Query<{ readonly tokenHash: string }, { readonly token: ApiToken; readonly user: WebUser } | undefined> = {
  name: 'directory.api-token',
  async run(reader, { tokenHash }) {
    const row = await reader.get<TokenRow>('SELECT * FROM api_token WHERE token_hash = ?', tokenHash)
    const user = row && (await webUser(reader, { owner: row.owner, ownerId: row.owner_id }))
    if (row === undefined || user === undefined) return undefined
    const denied = user.customer === undefined ? undefined : await planAllows(reader, user.customer.customerId, 'api')
    return denied === undefined ? { token: token(row), user } : undefined
  },
}

/** By name. */
export const apiTokensOf: Query<Holder, readonly ApiToken[]> = {
  name: 'directory.api-tokens',
  async run(reader, { owner, ownerId }) {
    const rows = await reader.all<TokenRow>('SELECT * FROM api_token WHERE owner = ? AND owner_id = ? ORDER BY name', owner, ownerId)
    return rows.map(token)
  },
}

interface TokenRow {
  owner: CredentialOwner
  owner_id: number
  name: string
  scopes: string
  networks: string
  expires_at_ms: number | null
  created_at_ms: number
  last_used_ms: number | null
}

function token(row: TokenRow): ApiToken {
  return {
    name: row.name,
    scopes: words(row.scopes),
    networks: words(row.networks),
    expiresAtMs: row.expires_at_ms,
    createdAtMs: row.created_at_ms,
    lastUsedMs: row.last_used_ms,
  }
}

function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '')
}
