import type { Query } from '../database/database.ts'
import type { AccountId, MailboxId, ModSeq } from '../mail/ids.ts'
import type { SpecialUse } from './mailbox.ts'

/** Stands for the server, where it and not a mailbox is annotated (RFC 5464 3.2.1.1). */
export const serverEntries = 0 as MailboxId

/** Whose a shared entry is. */
export const sharedUser = 0 as AccountId

/** RFC 5464 4.1 asks for 10 entries of a mailbox and values of 1,024 octets at least. */
export const metadataLimits = {
  /** Octets of one value. */
  valueOctets: 32_768,
  /** Entries of one mailbox, or of the server: so many shared ones, and so many private ones of each user. */
  entries: 100,
  /** Octets of all entries in one account: so many in shared ones, and so many in the private ones of each user. */
  accountOctets: 1024 * 1024,
  /** What an entry counts besides its name and value. */
  entryOctets: 100,
} as const

/** What is annotated, and who looks. */
export interface MetadataOf {
  /** Whose the mailbox is. */
  readonly accountId: AccountId
  /** Or `serverEntries`. */
  readonly mailboxId: MailboxId
  /** Whose private entries: nobody sees those of another. */
  readonly userId: AccountId
}

/** An annotation. Names are in lower case and whole: `/private/comment`. */
export interface MetadataEntry {
  readonly name: string
  readonly value: Uint8Array
}

/** That there is one, as of its last change. */
export interface MetadataName {
  readonly mailboxId: MailboxId
  readonly name: string
  readonly modSeq: ModSeq
}

export interface MetadataChange {
  /** null: it goes. */
  readonly entries: readonly { readonly name: string; readonly value: Uint8Array | null }[]
  /** What the mailbox is for (RFC 6154 4); undefined: as it is. */
  readonly specialUse?: SpecialUse | null | undefined
}

interface MetadataRow {
  readonly name: string
  readonly value: string
}

export const metadataQuery: Query<MetadataOf & { readonly names: readonly string[]; readonly depth: number }, readonly MetadataRow[]> = {
  name: 'store.metadata',
  async run(reader, { accountId, mailboxId, userId, names, depth }) {
    const rows = await reader.all<MetadataRow>(
      'SELECT name, value FROM metadata WHERE account_id = ? AND mailbox_id = ? AND user_id IN (?, ?) ORDER BY name',
      accountId,
      mailboxId,
      sharedUser,
      userId,
    )
    return rows.filter((row) => names.some((name) => isWithin(row.name, name, depth)))
  },
}

export const metadataNamesQuery: Query<{ accountId: AccountId; userId: AccountId }, readonly MetadataName[]> = {
  name: 'store.metadata-names',
  run: (reader, { accountId, userId }) =>
    reader.all<MetadataName>(
      'SELECT mailbox_id AS "mailboxId", name, mod_seq AS "modSeq" FROM metadata WHERE account_id = ? AND user_id IN (?, ?) ORDER BY mailbox_id, name',
      accountId,
      sharedUser,
      userId,
    ),
}

export function toMetadataEntry({ name, value }: MetadataRow): MetadataEntry {
  return { name, value: Buffer.from(value, 'base64') }
}

/** Whether an entry is the one called `above`, or not more than `depth` levels below it (RFC 5464 4.2.2). */
export function isWithin(name: string, above: string, depth: number): boolean {
  if (name === above) return true
  return name.startsWith(`${above}/`) && name.slice(above.length + 1).split('/').length <= depth
}
