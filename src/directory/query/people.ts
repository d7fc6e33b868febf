import type { Query } from '../../database/database.ts'
import type { Address } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'
import { allIn } from '../../database/in-list.ts'

/** Whose account it is. */
export interface Person {
  readonly accountId: AccountId
  /** The mailbox's own address, not an alias. */
  readonly address: Address
  /** SPEC E6: nobody gets in. */
  readonly locked: boolean
}

interface Row {
  account_id: number
  key: string
  local_part: string
  locked: number
}

/** Accounts that are no more, or are on their way out, are not among them. */
export const peopleQuery: Query<{ readonly accountIds: readonly AccountId[] }, readonly Person[]> = {
  name: 'directory.people',
  async run(reader, { accountIds }) {
    const rows = await allIn<Row>(
      reader,
      `SELECT account.account_id, mailbox.key, mailbox.local_part,
         CASE WHEN account.locked_reason IS NULL AND customer.locked_reason IS NULL THEN 0 ELSE 1 END AS locked
       FROM account
       JOIN address mailbox ON mailbox.account_id = account.account_id
       JOIN customer ON customer.customer_id = account.customer_id
       WHERE account.account_id IN (?...)`,
      accountIds,
    )
    return rows.map((row) => ({
      accountId: row.account_id as AccountId,
      address: { localPart: row.local_part, domain: row.key.slice(row.key.lastIndexOf('@') + 1) },
      locked: row.locked !== 0,
    }))
  },
}
