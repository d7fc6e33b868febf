import type { Query } from '../../database/database.ts'
import { type Address, parseAddress } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'
import type { AccessProtocol } from '../change/credentials.ts'
import { findAddress } from '../change/find.ts'
import type { DirectoryRefusal } from '../refusal.ts'

export interface GrantListing {
  readonly credentialId: number
  /** What the program calls itself. */
  readonly program: string
  readonly protocols: readonly AccessProtocol[]
  readonly createdAtMs: number
  /** To the day; null: never. */
  readonly lastUsedMs: number | null
}

/** What a mailbox has granted to programs, the newest first. */
export const listGrants: Query<
  { readonly address: Address },
  { readonly found: readonly GrantListing[]; readonly refused?: never } | { readonly found?: never; readonly refused: DirectoryRefusal }
> = {
  name: 'directory.grants',
  async run(reader, { address }) {
    const mailbox = await findAddress(reader, address, 'mailbox')
    if (mailbox.refused !== undefined) return { refused: mailbox.refused }
    const rows = await reader.all<{ credential_id: number; name: string; protocols: string; created_at_ms: number; last_used_ms: number | null }>(
      `SELECT credential_id, name, protocols, created_at_ms, last_used_ms FROM credential
       WHERE owner = 'account' AND owner_id = ? AND kind = 'oauth-grant' ORDER BY credential_id DESC`,
      mailbox.row.account_id,
    )
    const found = rows.map((row) => ({
      credentialId: row.credential_id,
      program: row.name,
      protocols: row.protocols.split(' ') as AccessProtocol[],
      createdAtMs: row.created_at_ms,
      lastUsedMs: row.last_used_ms,
    }))
    return { found }
  },
}

/** A grant as it stands. */
export interface Grant {
  readonly accountId: AccountId
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly createdAtMs: number
}

export const grantById: Query<{ readonly credentialId: number }, Grant | undefined> = {
  name: 'directory.grant',
  async run(reader, { credentialId }) {
    const row = await reader.get<{ owner_id: number; value: string; created_at_ms: number }>(
      "SELECT owner_id, value, created_at_ms FROM credential WHERE credential_id = ? AND owner = 'account' AND kind = 'oauth-grant'",
      credentialId,
    )
    if (row === undefined) return undefined
    const [clientId = '', ...scopes] = row.value.split(' ')
    return { accountId: row.owner_id as AccountId, clientId, scopes, createdAtMs: row.created_at_ms }
  },
}

/** The address of a mailbox that is not locked. */
export const openMailbox: Query<{ readonly accountId: number }, Address | undefined> = {
  name: 'directory.open-mailbox',
  async run(reader, { accountId }) {
    const row = await reader.get<{ local_part: string; key: string }>(
      `SELECT address.local_part, address.key FROM account
       JOIN customer ON customer.customer_id = account.customer_id JOIN address ON address.account_id = account.account_id
       WHERE account.account_id = ? AND account.locked_reason IS NULL AND customer.locked_reason IS NULL AND account.removing = 0`,
      accountId,
    )
    return row && parseAddress(`${row.local_part}${row.key.slice(row.key.lastIndexOf('@'))}`)
  },
}
