import type { Reader, Transaction } from '../database/database.ts'
import type { AccountId, MailboxId, ModSeq, Uid } from '../mail/ids.ts'
import { decodeFlagPage, encodeFlagPage, FlagPage, pageOf, pageUids } from './flag-page.ts'
import type { Flags } from './mailbox.ts'
import type { UidRanges } from './uid-ranges.ts'

/**
 * Flags as they are now. A message's row says which flags it came with, and its `flag_page`, where there is one, which it has: every
 * message of the page that came before the page was written (decision 0012).
 */

interface Place {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
}

interface KeptPage {
  readonly firstUid: number
  /** Messages up to this UID are in the page, or gone. */
  readonly upToUid: number
  readonly page: FlagPage
}

async function keptPages(reader: Reader, { accountId, mailboxId }: Place, first: number, last: number): Promise<KeptPage[]> {
  const rows = await reader.all<{ first_uid: number; up_to_uid: number; octets: Uint8Array }>(
    'SELECT first_uid, up_to_uid, octets FROM flag_page WHERE account_id = ? AND mailbox_id = ? AND first_uid BETWEEN ? AND ? ORDER BY first_uid',
    accountId,
    mailboxId,
    pageOf(first),
    last,
  )
  return rows.map((row) => ({ firstUid: row.first_uid, upToUid: row.up_to_uid, page: decodeFlagPage(row.octets) }))
}

async function rowFlags(reader: Reader, { accountId, mailboxId }: Place, first: number, last: number): Promise<FlagPage> {
  return FlagPage.ofRows(
    await reader.all<Flags & { uid: Uid; modSeq: ModSeq }>(
      `SELECT uid, system, keywords, mod_seq AS "modSeq" FROM message WHERE account_id = ? AND mailbox_id = ? AND uid BETWEEN ? AND ? ORDER BY uid`,
      accountId,
      mailboxId,
      first,
      last,
    ),
  )
}

/** Of the messages from UID `first` to `last`, in pieces, ascending. */
export async function flagsNow(reader: Reader, place: Place, first: number, last: number): Promise<readonly FlagPage[]> {
  const found: FlagPage[] = []
  let from = first
  for (const { firstUid, upToUid, page } of await keptPages(reader, place, first, last)) {
    if (from < firstUid) found.push(await rowFlags(reader, place, from, firstUid - 1))
    const isWhole = first <= firstUid && upToUid <= last
    found.push(isWhole ? page : page.pick(page.places(first, last)))
    from = Math.max(first, upToUid + 1)
  }
  if (from <= last) found.push(await rowFlags(reader, place, from, last))
  return found
}

/** The same of ranges of UIDs: those messages of which something is true. */
export async function flagsOf(
  reader: Reader,
  place: Place,
  uids: UidRanges,
  isWanted: (page: FlagPage, at: number) => boolean = () => true,
): Promise<readonly FlagPage[]> {
  const found: FlagPage[] = []
  for (const [first, last] of uids) {
    for (const page of await flagsNow(reader, place, first, last)) found.push(page.pick(page.places(first, last, (at) => isWanted(page, at))))
  }
  return found
}

/** Rows of messages, ascending by UID, that say which flags these came with: now with those that they have. */
export async function withFlagsNow<Row extends Flags & { readonly uid: Uid; readonly mod_seq?: ModSeq }>(
  reader: Reader,
  place: Place,
  rows: readonly Row[],
): Promise<Row[]> {
  const pages = new Map((await keptPages(reader, place, rows[0]?.uid ?? 0, rows.at(-1)?.uid ?? 0)).map(({ firstUid, page }) => [firstUid, page]))
  return rows.map((row) => {
    const page = pages.get(pageOf(row.uid))
    const at = page?.placeOf(row.uid) ?? -1
    if (page === undefined || at < 0) return row
    return { ...row, system: page.system[at], keywords: page.keywordsAt(at), ...(row.mod_seq !== undefined && { mod_seq: page.modSeqs[at] }) }
  })
}

/** All messages of one page, to be changed and kept. */
export async function wholePage(tx: Transaction, place: Place, firstUid: number, uidNext: number): Promise<FlagPage> {
  return FlagPage.join(await flagsNow(tx, place, firstUid, lastOf(firstUid, uidNext)))
}

/** @param page of `wholePage`, in the same transaction */
export async function keepPage(tx: Transaction, { accountId, mailboxId }: Place, firstUid: number, uidNext: number, page: FlagPage): Promise<void> {
  await tx.run(
    `INSERT INTO flag_page (account_id, mailbox_id, first_uid, up_to_uid, octets) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (account_id, mailbox_id, first_uid) DO UPDATE SET up_to_uid = excluded.up_to_uid, octets = excluded.octets`,
    accountId,
    mailboxId,
    firstUid,
    lastOf(firstUid, uidNext),
    encodeFlagPage(page),
  )
}

/** Messages that leave the mailbox leave its pages. `uids`: ascending. */
export async function dropFlags(tx: Transaction, place: Place, uids: readonly Uid[]): Promise<void> {
  const gone = new Set<number>(uids)
  for (const firstUid of new Set(uids.map(pageOf))) {
    const [kept] = await keptPages(tx, place, firstUid, firstUid)
    if (kept === undefined) continue
    const { page, upToUid } = kept
    const left = page.places(firstUid, upToUid, (at) => !gone.has(page.uids[at] ?? 0))
    if (left.length === page.count) continue
    if (left.length > 0) await keepPage(tx, place, firstUid, upToUid + 1, page.pick(left))
    else await tx.run('DELETE FROM flag_page WHERE account_id = ? AND mailbox_id = ? AND first_uid = ?', place.accountId, place.mailboxId, firstUid)
  }
}

/** Ranges of UIDs up to `last`, page by page. */
export function* byPage(uids: UidRanges, last: number): Iterable<readonly [firstUid: number, uids: UidRanges]> {
  let firstUid = -1
  let ranges: [number, number][] = []
  for (const [from, to] of uids) {
    for (let at = from; at <= Math.min(to, last); at = pageOf(at) + pageUids) {
      if (pageOf(at) !== firstUid) {
        if (ranges.length > 0) yield [firstUid, ranges]
        firstUid = pageOf(at)
        ranges = []
      }
      ranges.push([at, Math.min(to, last, firstUid + pageUids - 1)])
    }
  }
  if (ranges.length > 0) yield [firstUid, ranges]
}

function lastOf(firstUid: number, uidNext: number): number {
  return Math.min(firstUid + pageUids, uidNext) - 1
}
