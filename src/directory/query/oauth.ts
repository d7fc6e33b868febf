import type { Query } from '../../database/database.ts'
import type { OauthClientMaker } from '../change/oauth-clients.ts'

/** What is kept of a token or code (change/oauth-tokens.ts). */
export interface OauthToken {
  readonly payload: string
  readonly expiresAtMs: number
  /** null: nobody has used it yet. */
  readonly consumedAtMs: number | null
}

/** Those whose time is over may still be there: who asks looks. */
export const oauthToken: Query<{ readonly idHash: string }, OauthToken | undefined> = {
  name: 'directory.oauth-token',
  async run(reader, { idHash }) {
    const row = await reader.get<{ payload: string; expires_at_ms: number; consumed_at_ms: number | null }>(
      'SELECT payload, expires_at_ms, consumed_at_ms FROM oauth_token WHERE id_hash = ?',
      idHash,
    )
    return row && { payload: row.payload, expiresAtMs: row.expires_at_ms, consumedAtMs: row.consumed_at_ms }
  },
}

/** The grant that an access token stands on, and whose mailbox that opens: its address. */
export const mailToken: Query<
  { readonly idHash: string },
  { readonly credentialId: number; readonly mailbox: string; readonly expiresAtMs: number } | undefined
> = {
  name: 'directory.mail-token',
  async run(reader, { idHash }) {
    const row = await reader.get<{ credential_id: number; key: string; expires_at_ms: number }>(
      `SELECT credential.credential_id, address.key, oauth_token.expires_at_ms FROM oauth_token
       JOIN credential ON credential.credential_id = oauth_token.credential_id AND credential.owner = 'account' AND credential.kind = 'oauth-grant'
       JOIN address ON address.account_id = credential.owner_id
       WHERE oauth_token.id_hash = ? AND oauth_token.kind = 'AccessToken'`,
      idHash,
    )
    return row && { credentialId: row.credential_id, mailbox: row.key, expiresAtMs: row.expires_at_ms }
  },
}

export interface OauthClient {
  readonly clientId: string
  readonly name: string
  readonly madeBy: OauthClientMaker
  /** RFC 7591 2, as JSON. */
  readonly metadata: string
  readonly createdAtMs: number
  /** When somebody let it in for the last time; null: nobody has. */
  readonly lastUsedMs: number | null
}

export const oauthClient: Query<{ readonly clientId: string }, OauthClient | undefined> = {
  name: 'directory.oauth-client',
  async run(reader, { clientId }) {
    const row = await reader.get<ClientRow>('SELECT * FROM oauth_client WHERE client_id = ?', clientId)
    return row && client(row)
  },
}

/** Those of operators by name, then those that registered themselves and were let in, the last first. */
export const oauthClients: Query<{ readonly limit: number }, readonly OauthClient[]> = {
  name: 'directory.oauth-clients',
  async run(reader, { limit }) {
    const rows = await reader.all<ClientRow>(
      `SELECT * FROM oauth_client WHERE made_by = 'operator' OR last_used_ms IS NOT NULL
       ORDER BY CASE WHEN made_by = 'operator' THEN 0 ELSE 1 END, CASE WHEN made_by = 'operator' THEN name ELSE '' END, last_used_ms DESC, client_id LIMIT ?`,
      limit,
    )
    return rows.map(client)
  },
}

interface ClientRow {
  client_id: string
  name: string
  made_by: OauthClientMaker
  metadata: string
  created_at_ms: number
  last_used_ms: number | null
}

function client(row: ClientRow): OauthClient {
  return {
    clientId: row.client_id,
    name: row.name,
    madeBy: row.made_by,
    metadata: row.metadata,
    createdAtMs: row.created_at_ms,
    lastUsedMs: row.last_used_ms,
  }
}
