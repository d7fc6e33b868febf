import type { Query } from '../database/database.ts'
import type { AccountId, MailboxId } from '../mail/ids.ts'
import type { Mailbox } from './mailbox.ts'
import { mailboxById } from './queries.ts'

/** What an account that is not the owner may do with a mailbox. */
export interface Grant {
  readonly granteeId: AccountId
  /** Letters of RFC 4314 2.1, in the order of `allRights`; never empty. */
  readonly rights: string
}

/** A mailbox of another account, as it is shared with this one. */
export interface SharedMailbox {
  readonly ownerId: AccountId
  readonly mailbox: Mailbox
  readonly rights: string
}

/** Every right that RFC 4314 2.1 has; an owner's own, always. */
export const allRights = 'lrswipkxtea'

/** What a person grants, and the rights that it stands for (SPEC C9). Flags are shared: who may only read marks nothing as read for others. */
export const sharingRoles = { read: 'lr', write: 'lrswite', own: allRights } as const

export type SharingRole = keyof typeof sharingRoles

/** In the order of `allRights`, each once. */
export function orderedRights(rights: Iterable<string>): string {
  const given = new Set(rights)
  return [...allRights].filter((right) => given.has(right)).join('')
}

export const grantsQuery: Query<{ accountId: AccountId; mailboxId: MailboxId }, readonly Grant[]> = {
  name: 'store.grants',
  run: (reader, { accountId, mailboxId }) =>
    reader.all<Grant>('SELECT grantee_id AS "granteeId", rights FROM acl WHERE account_id = ? AND mailbox_id = ? ORDER BY grantee_id', accountId, mailboxId),
}

/** Ascending by owner and mailbox. Takes as long as what is shared with the account, whatever is looked for in it. */
export const sharedWithQuery: Query<{ accountId: AccountId }, readonly SharedMailbox[]> = {
  name: 'store.shared-with',
  async run(reader, { accountId }) {
    const rows = await reader.all<{ owner_id: AccountId; mailbox_id: MailboxId; rights: string }>(
      'SELECT owner_id, mailbox_id, rights FROM shared_mailbox WHERE account_id = ? ORDER BY owner_id, mailbox_id',
      accountId,
    )
    const found: SharedMailbox[] = []
    for (const { owner_id: ownerId, mailbox_id: mailboxId, rights } of rows) {
      const mailbox = await mailboxById(reader, ownerId, mailboxId)
      if (mailbox !== undefined) found.push({ ownerId, mailbox, rights })
    }
    return found
  },
}

/** What the account may do with a mailbox of another one; '' is nothing. */
export const sharedRightsQuery: Query<{ accountId: AccountId; ownerId: AccountId; mailboxId: MailboxId }, string> = {
  name: 'store.shared-rights',
  async run(reader, { accountId, ownerId, mailboxId }) {
    const row = await reader.get<{ rights: string }>(
      'SELECT rights FROM shared_mailbox WHERE account_id = ? AND owner_id = ? AND mailbox_id = ?',
      accountId,
      ownerId,
      mailboxId,
    )
    return row?.rights ?? ''
  },
}
