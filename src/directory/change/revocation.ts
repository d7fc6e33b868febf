import type { Step } from './change.ts'

/**
 * Something that opened the mailbox does so no more: a password was changed or removed, the mailbox locked or removed. Sessions that are
 * open look whether it was theirs (auth/open-sessions.ts), in every process. The row outlives the account.
 */
export async function revoke({ tx, version }: Step<unknown>, accountId: number): Promise<void> {
  await tx.run(
    'INSERT INTO revocation (account_id, version) VALUES (?, ?) ON CONFLICT (account_id) DO UPDATE SET version = excluded.version',
    accountId,
    version,
  )
}

/** The same for all mailboxes of a customer. */
export async function revokeAllOf({ tx, version }: Step<unknown>, customerId: number): Promise<void> {
  await tx.run(
    `INSERT INTO revocation (account_id, version) SELECT account_id, CAST(? AS INTEGER) FROM account WHERE customer_id = ?
     ON CONFLICT (account_id) DO UPDATE SET version = excluded.version`,
    version,
    customerId,
  )
}
