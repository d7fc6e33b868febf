import type { Query } from '../../database/database.ts'
import type { Address } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'
import { allowsSql } from '../plan-features.ts'
import { autoresponderColumns, type AutoresponderRow, type AutoresponderSettings, settingsOfRow } from '../autoresponder.ts'
import { findAddress, rowAddress } from '../change/find.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { allIn } from '../../database/in-list.ts'

/** Of one mailbox; `autoresponder` undefined: it never had one. */
export const autoresponderOf: Query<
  { readonly address: Address },
  { readonly autoresponder: (AutoresponderSettings & { readonly on: boolean }) | undefined; readonly refused?: never } | { readonly refused: DirectoryRefusal }
> = {
  name: 'directory.autoresponder',
  async run(reader, { address }) {
    const mailbox = await findAddress(reader, address, 'mailbox')
    if (mailbox.refused !== undefined) return { refused: mailbox.refused }
    const row = await reader.get<AutoresponderRow>(`SELECT ${autoresponderColumns} FROM autoresponder WHERE account_id = ?`, mailbox.row.account_id)
    return { autoresponder: row && { ...settingsOfRow(row), on: row.is_on === 1 } }
  },
}

/** A mailbox that answers. */
export interface Answering extends AutoresponderSettings {
  readonly accountId: AccountId
  /** Of the mailbox itself. */
  readonly addressId: number
  readonly customerId: number
  /** Its own and its aliases. */
  readonly addresses: readonly Address[]
  readonly setAtMs: number
}

interface Row extends AutoresponderRow {
  account_id: number
  customer_id: number
  address_id: number
  key: string
  local_part: string
}

/** Those among these mailboxes that answer. While sending is locked (SPEC E6) none does. */
export const answeringQuery: Query<{ readonly accountIds: readonly AccountId[] }, readonly Answering[]> = {
  name: 'directory.answering',
  async run(reader, { accountIds }) {
    const rows = await allIn<Row>(
      reader,
      `SELECT ${autoresponderColumns}, account.account_id, account.customer_id, address.address_id, address.key, address.local_part
       FROM autoresponder JOIN account ON account.account_id = autoresponder.account_id JOIN address ON address.account_id = account.account_id
       JOIN customer ON customer.customer_id = account.customer_id JOIN plan ON plan.plan_id = customer.plan_id
       WHERE is_on = 1 AND ${allowsSql('autoresponder')} AND account.sending_locked_reason IS NULL AND customer.sending_locked_reason IS NULL AND account.account_id IN (?...)`,
      accountIds,
    )
    const aliases = await allIn<{ target_id: number; key: string; local_part: string }>(
      reader,
      `SELECT target_id, key, local_part FROM address_target JOIN address ON address.address_id = address_target.address_id
       WHERE address.kind = 'alias' AND target_id IN (?...)`,
      rows.map((row) => row.address_id),
    )
    return rows.map((row) => ({
      ...settingsOfRow(row),
      accountId: row.account_id as AccountId,
      addressId: row.address_id,
      customerId: row.customer_id,
      addresses: [rowAddress(row), ...aliases.filter((alias) => alias.target_id === row.address_id).map(rowAddress)],
      setAtMs: row.set_at_ms,
    }))
  },
}
