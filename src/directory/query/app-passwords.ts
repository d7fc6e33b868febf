import type { Query } from '../../database/database.ts'
import type { Address } from '../../mail/address.ts'
import type { AccessProtocol } from '../change/credentials.ts'
import { findAddress } from '../change/find.ts'
import type { DirectoryRefusal } from '../refusal.ts'

export interface AppPasswordListing {
  readonly name: string
  readonly protocols: readonly AccessProtocol[]
  readonly createdAtMs: number
  /** To the day; null: never. */
  readonly lastUsedMs: number | null
}

/** Of one mailbox, the oldest first. */
export const listAppPasswords: Query<
  { readonly address: Address },
  { readonly found: readonly AppPasswordListing[]; readonly refused?: never } | { readonly refused: DirectoryRefusal }
> = {
  name: 'directory.app-passwords',
  async run(reader, args) {
    const mailbox = await findAddress(reader, args.address, 'mailbox')
    if (mailbox.refused !== undefined) return { refused: mailbox.refused }
    const rows = await reader.all<{ name: string; protocols: string; created_at_ms: number; last_used_ms: number | null }>(
      `SELECT name, protocols, created_at_ms, last_used_ms FROM credential
       WHERE owner = 'account' AND owner_id = ? AND kind = 'app-password' ORDER BY credential_id`,
      mailbox.row.account_id,
    )
    const found = rows.map((row) => ({
      name: row.name,
      protocols: row.protocols.split(' ') as AccessProtocol[],
      createdAtMs: row.created_at_ms,
      lastUsedMs: row.last_used_ms,
    }))
    return { found }
  },
}
