import type { Query, Reader } from '../database/database.ts'
import { allIn } from '../database/in-list.ts'
import type { AccountId, MailboxId, ModSeq, Uid } from '../mail/ids.ts'
import { FlagPage } from './flag-page.ts'
import { flagsNow, flagsOf, withFlagsNow } from './flag-pages.ts'
import { type ExpungedPage, type Mailbox, type MailboxView, type SpecialUse, systemFlags } from './mailbox.ts'
import { wireEnvelope } from './kept-envelope.ts'
import { packChanges, type PackedChanges } from './packed-changes.ts'
import { allUids, joinUidRanges, maxUid, parseUidRanges, uidRanges, type UidRanges } from './uid-ranges.ts'

interface MailboxRow {
  readonly mailbox_id: MailboxId
  readonly name: string
  readonly special_use: SpecialUse | null
  readonly subscribed: number
  readonly uid_validity: number
  readonly uid_next: Uid
  readonly recent_from: Uid
  readonly messages: number
  readonly unseen: number
  readonly size_bytes: number
  readonly highest_mod_seq: ModSeq
}

const selectMailbox = `SELECT mailbox_id, name, special_use, uid_validity, uid_next, recent_from, messages, unseen, size_bytes, highest_mod_seq,
  CASE WHEN EXISTS (SELECT 1 FROM subscription s WHERE s.account_id = mailbox.account_id AND s.name = mailbox.name) THEN 1 ELSE 0 END AS subscribed
  FROM mailbox WHERE account_id = ?`

const toMailbox = (row: MailboxRow): Mailbox => ({
  mailboxId: row.mailbox_id,
  name: row.name,
  specialUse: row.special_use,
  subscribed: row.subscribed === 1,
  uidValidity: row.uid_validity,
  uidNext: row.uid_next,
  recentFrom: row.recent_from,
  messages: row.messages,
  unseen: row.unseen,
  sizeBytes: row.size_bytes,
  highestModSeq: row.highest_mod_seq,
})

export const mailboxesQuery: Query<{ accountId: AccountId }, readonly Mailbox[]> = {
  name: 'store.mailboxes',
  async run(reader, { accountId }) {
    return (await reader.all<MailboxRow>(`${selectMailbox} ORDER BY name`, accountId)).map(toMailbox)
  },
}

export const mailboxQuery: Query<{ accountId: AccountId; name: string }, Mailbox | undefined> = {
  name: 'store.mailbox',
  async run(reader, { accountId, name }) {
    const row = await reader.get<MailboxRow>(`${selectMailbox} AND name = ?`, accountId, name)
    return row && toMailbox(row)
  },
}

export const hasChildrenQuery: Query<{ accountId: AccountId; name: string }, boolean> = {
  name: 'store.has-children',
  async run(reader, { accountId, name }) {
    // Names compare bytewise on both engines: all below "a/" lie between "a/" and "a0" ("0" follows "/").
    const child = await reader.get('SELECT mailbox_id FROM mailbox WHERE account_id = ? AND name >= ? AND name < ? LIMIT 1', accountId, `${name}/`, `${name}0`)
    return child !== undefined
  },
}

export const subscriptionsQuery: Query<{ accountId: AccountId }, readonly string[]> = {
  name: 'store.subscriptions',
  async run(reader, { accountId }) {
    const rows = await reader.all<{ name: string }>('SELECT name FROM subscription WHERE account_id = ? ORDER BY name', accountId)
    return rows.map((row) => row.name)
  },
}

export async function mailboxById(reader: Reader, accountId: AccountId, mailboxId: MailboxId): Promise<Mailbox | undefined> {
  const row = await reader.get<MailboxRow>(`${selectMailbox} AND mailbox_id = ?`, accountId, mailboxId)
  return row && toMailbox(row)
}

export const viewQuery: Query<{ accountId: AccountId; mailboxId: MailboxId }, MailboxView | undefined> = {
  name: 'store.view',
  async run(reader, { accountId, mailboxId }) {
    const mailbox = await mailboxById(reader, accountId, mailboxId)
    if (mailbox === undefined) return undefined
    // That a message has no keywords is known before the first one comes: sessions are told of sets that are new.
    const pages = [new FlagPage(0, ['']), ...(await flagsNow(reader, { accountId, mailboxId }, 1, maxUid))]
    const { uids, system, keywords, keywordSets, modSeqs } = FlagPage.join(pages)
    return { mailbox, uids, system, keywords, keywordSets, modSeqs }
  },
}

/**
 * New messages are those from `sinceUid` on (a key range), changed and expunged ones are named by the `change` rows: the cost
 * is that of the answer, however large the mailbox.
 */
export const changesQuery: Query<{ accountId: AccountId; mailboxId: MailboxId; since: ModSeq }, PackedChanges | undefined> = {
  name: 'store.changes',
  async run(reader, { accountId, mailboxId, since }) {
    const mailbox = await mailboxById(reader, accountId, mailboxId)
    if (mailbox === undefined) return undefined
    if (mailbox.highestModSeq <= since) return packChanges(mailbox, [], [])
    const rows = await reader.all<{ kind: 'flags' | 'expunge' | 'new'; uids: string }>(
      'SELECT kind, uids FROM change WHERE account_id = ? AND mailbox_id = ? AND mod_seq > ? ORDER BY mod_seq',
      accountId,
      mailboxId,
      since,
    )
    const ranges = (kind: string) => joinUidRanges(rows.filter((row) => row.kind === kind).flatMap((row) => parseUidRanges(row.uids)))
    const places = joinUidRanges([...ranges('flags'), ...(await newSince(reader, accountId, mailboxId, since))])
    const changed = await flagsOf(reader, { accountId, mailboxId }, places, (page, at) => (page.modSeqs[at] ?? 0) > since)
    const expunged = ranges('expunge').flatMap(([first, last]) => numbers(first, last))
    return packChanges(mailbox, changed, expunged)
  },
}

/** Rows of one page of expunged UIDs. A row is what one command removed, mostly a range or two. */
const pageExpunges = 200

/** What went after `since` and not after `until`: as many changes as make a page. */
export const expungedQuery: Query<{ accountId: AccountId; mailboxId: MailboxId; since: ModSeq; until: ModSeq }, ExpungedPage> = {
  name: 'store.expunged',
  async run(reader, { accountId, mailboxId, since, until }) {
    const rows = await reader.all<{ mod_seq: ModSeq; uids: string }>(
      `SELECT mod_seq, uids FROM change WHERE account_id = ? AND mailbox_id = ? AND mod_seq > ? AND mod_seq <= ? AND kind = 'expunge'
       ORDER BY mod_seq LIMIT ?`,
      accountId,
      mailboxId,
      since,
      until,
      pageExpunges,
    )
    const uids = joinUidRanges(rows.flatMap((row) => parseUidRanges(row.uids)))
    return { uids, next: rows.length < pageExpunges ? undefined : rows.at(-1)?.mod_seq }
  },
}

/**
 * UIDs and the modSeqs that messages came with ascend together, so walking back from the highest UID finds what is new. Rows that a rebuild
 * has from a baseline say which modSeq the message had then: it may be taken for new, never the other way.
 */
async function newSince(reader: Reader, accountId: AccountId, mailboxId: MailboxId, since: ModSeq): Promise<UidRanges> {
  let step = 8
  let first = Number.MAX_SAFE_INTEGER
  let last = 0
  for (;;) {
    const rows = await reader.all<{ uid: Uid; mod_seq: ModSeq }>(
      'SELECT uid, mod_seq FROM message WHERE account_id = ? AND mailbox_id = ? AND uid < ? ORDER BY uid DESC LIMIT ?',
      accountId,
      mailboxId,
      first,
      step,
    )
    for (const row of rows) {
      if (row.mod_seq <= since) return last === 0 ? [] : [[first, last]]
      first = row.uid
      if (last === 0) last = row.uid
    }
    if (rows.length < step) return last === 0 ? [] : [[first, last]]
    step = Math.min(step * 4, 2048)
  }
}

function numbers(first: number, last: number): Uid[] {
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) as Uid)
}

/** Numbers of one message in a page, in this order. */
export const pageNumbers = [
  'uid',
  'email_id',
  'system',
  'mod_seq',
  'internal_date_ms',
  'size_bytes',
  'segment',
  'record_offset',
  'prefix_start',
  'prefix_length',
  'octets_start',
  'octets_length',
  'saved_at_ms',
  'origin_account_id',
  'origin_email_id',
] as const

/** A page of messages, by column: an object for each would cost more to send between threads than to find. */
export interface MessagePage {
  readonly numbers: Float64Array
  readonly keywords: readonly string[]
  /** Where there are any: of each message what `parseSlices` reads. */
  readonly slices?: readonly (string | null)[]
  /** envelope, bodyStructure, parts of each message, one after another; lengths tell them apart. */
  readonly octets: Uint8Array
  readonly lengths: Uint32Array
  /** Ask again from this UID; undefined: that was all. */
  readonly next: Uid | undefined
}

export interface PageArguments {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly first: number
  readonly last: number
  readonly envelope: boolean
  readonly bodyStructure: boolean
  readonly parts: boolean
  readonly flags: boolean
}

const pageMessages = 500
const pageOctets = 1024 * 1024
const nothing = new Uint8Array(0)

type PageRow = Record<(typeof pageNumbers)[number], number> & {
  readonly uid: Uid
  readonly mod_seq: ModSeq
  readonly keywords: string
  readonly slices: string | null
  readonly envelope: Uint8Array | null
  readonly body_structure: Uint8Array | null
  readonly parts: Uint8Array | null
}

export const messagesQuery: Query<PageArguments, MessagePage> = {
  name: 'store.messages',
  async run(reader, args) {
    const rows = await reader.all<PageRow>(
      `SELECT m.uid, m.email_id, m.system, m.keywords, m.mod_seq, m.internal_date_ms, m.size_bytes,
         e.segment, e.record_offset, e.prefix_start, e.prefix_length, e.octets_start, e.octets_length, e.slices,
         COALESCE(m.saved_at_ms, m.internal_date_ms) AS saved_at_ms,
         COALESCE(e.origin_account_id, e.account_id) AS origin_account_id, COALESCE(e.origin_email_id, e.email_id) AS origin_email_id,
         ${args.envelope ? 'e.envelope' : 'NULL AS envelope'}, ${args.bodyStructure ? 'e.body_structure' : 'NULL AS body_structure'},
         ${args.parts ? 'e.parts' : 'NULL AS parts'}
       FROM message m JOIN email e ON e.account_id = m.account_id AND e.email_id = m.email_id
       WHERE m.account_id = ? AND m.mailbox_id = ? AND m.uid BETWEEN ? AND ? ORDER BY m.uid LIMIT ?`,
      args.accountId,
      args.mailboxId,
      args.first,
      args.last,
      pageMessages,
    )
    return packPage(args.flags ? await withFlagsNow(reader, args, rows) : rows)
  },
}

function packPage(rows: readonly PageRow[]): MessagePage {
  const blobs: Uint8Array[] = []
  let octets = 0
  let count = 0
  for (const row of rows) {
    if (count > 0 && octets > pageOctets) break
    for (const blob of [row.envelope === null ? nothing : wireEnvelope(row.envelope), row.body_structure ?? nothing, row.parts ?? nothing]) {
      blobs.push(blob)
      octets += blob.length
    }
    count++
  }
  const page = {
    numbers: new Float64Array(count * pageNumbers.length),
    keywords: [] as string[],
    octets: new Uint8Array(octets),
    lengths: Uint32Array.from(blobs, (blob) => blob.length),
  }
  for (let index = 0; index < count; index++) {
    const row = rows[index] as PageRow
    page.keywords.push(row.keywords)
    for (let n = 0; n < pageNumbers.length; n++) page.numbers[index * pageNumbers.length + n] = row[pageNumbers[n] as (typeof pageNumbers)[number]]
  }
  let at = 0
  for (const blob of blobs) {
    page.octets.set(blob, at)
    at += blob.length
  }
  const more = count < rows.length || rows.length === pageMessages
  const slices = rows.some((row) => row.slices !== null) ? { slices: rows.slice(0, count).map((row) => row.slices) } : {}
  return { ...page, ...slices, next: more ? (((rows[count - 1] as PageRow).uid + 1) as Uid) : undefined }
}

export const usageQuery: Query<{ accountId: AccountId }, { readonly usedBytes: number; readonly messages: number }> = {
  name: 'store.usage',
  async run(reader, { accountId }) {
    const row = await reader.get<{ usedBytes: number; messages: number }>(
      'SELECT used_bytes AS "usedBytes", messages FROM account_state WHERE account_id = ?',
      accountId,
    )
    return row ?? { usedBytes: 0, messages: 0 }
  },
}

export const usagesQuery: Query<
  { accountIds: readonly AccountId[] },
  readonly { readonly accountId: AccountId; readonly usedBytes: number; readonly messages: number }[]
> = {
  name: 'store.usages',
  run: (reader, { accountIds }) =>
    allIn(reader, 'SELECT account_id AS "accountId", used_bytes AS "usedBytes", messages FROM account_state WHERE account_id IN (?...)', accountIds),
}

export const deletedQuery: Query<{ accountId: AccountId; mailboxId: MailboxId }, { readonly messages: number; readonly bytes: number }> = {
  name: 'store.deleted',
  async run(reader, { accountId, mailboxId }) {
    const pages = await flagsOf(reader, { accountId, mailboxId }, allUids, (page, at) => ((page.system[at] ?? 0) & systemFlags['\\Deleted']) !== 0)
    let bytes = 0
    for (const [first, last] of uidRanges(pages.flatMap(({ uids }) => [...uids]))) {
      const row = await reader.get<{ bytes: number }>(
        'SELECT SUM(size_bytes) AS bytes FROM message WHERE account_id = ? AND mailbox_id = ? AND uid BETWEEN ? AND ?',
        accountId,
        mailboxId,
        first,
        last,
      )
      bytes += row?.bytes ?? 0
    }
    return { messages: pages.reduce((sum, { count }) => sum + count, 0), bytes }
  },
}
