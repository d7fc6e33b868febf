import type { Query } from '../../database/database.ts'
import type { Address } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'

/** A mailbox as one that sends. */
export interface Sender {
  /** The mailbox's own address, not an alias. */
  readonly address: Address
  readonly addressId: number
  readonly customerId: number
  /** SPEC E6: why it, or its customer, may not send for now; undefined: it may. */
  readonly sendingLocked: string | undefined
}

interface Row {
  address_id: number
  key: string
  local_part: string
  customer_id: number
  reason: string | null
}

export const senderQuery: Query<{ readonly accountId: AccountId }, Sender | undefined> = {
  name: 'directory.sender',
  async run(reader, { accountId }) {
    const row = await reader.get<Row>(
      `SELECT mailbox.address_id, mailbox.key, mailbox.local_part, account.customer_id,
         COALESCE(account.sending_locked_reason, customer.sending_locked_reason) AS reason
       FROM account
       JOIN address mailbox ON mailbox.account_id = account.account_id
       JOIN customer ON customer.customer_id = account.customer_id
       WHERE account.account_id = ?`,
      accountId,
    )
    if (row === undefined) return undefined
    return {
      address: { localPart: row.local_part, domain: row.key.slice(row.key.lastIndexOf('@') + 1) },
      addressId: row.address_id,
      customerId: row.customer_id,
      sendingLocked: row.reason ?? undefined,
    }
  },
}
