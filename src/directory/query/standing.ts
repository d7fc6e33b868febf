import type { Query } from '../../database/database.ts'
import type { AccountId } from '../../mail/ids.ts'
import { allIn } from '../../database/in-list.ts'

/** What opens a mailbox now. A mailbox that is locked or gone has none. */
export interface Standing {
  readonly accountId: AccountId
  readonly credentialIds: readonly number[]
}

/** Accounts from which something was revoked after the directory had this version. */
export const revokedSince: Query<{ readonly version: number }, readonly AccountId[]> = {
  name: 'directory.revoked-since',
  async run(reader, { version }) {
    const rows = await reader.all<{ account_id: number }>('SELECT account_id FROM revocation WHERE version > ?', version)
    return rows.map((row) => row.account_id as AccountId)
  },
}

export const standingOf: Query<{ readonly accountIds: readonly AccountId[] }, readonly Standing[]> = {
  name: 'directory.standing',
  async run(reader, { accountIds }) {
    const rows = await allIn<{ account_id: number; credential_id: number }>(
      reader,
      `SELECT account.account_id, credential.credential_id FROM account
       JOIN customer ON customer.customer_id = account.customer_id
       JOIN credential ON credential.owner = 'account' AND credential.owner_id = account.account_id
       WHERE account.account_id IN (?...) AND account.locked_reason IS NULL AND customer.locked_reason IS NULL AND account.removing = 0`,
      accountIds,
    )
    return accountIds.map((accountId) => ({
      accountId,
      credentialIds: rows.filter((row) => row.account_id === accountId).map((row) => row.credential_id),
    }))
  },
}
