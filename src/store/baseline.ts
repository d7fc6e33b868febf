import { compareLocations, type Content, type Location } from '../content/content.ts'
import type { Change, Database, Query, Reader, Row, SqlValue, Transaction } from '../database/database.ts'
import type { AccountId, MailboxId, ModSeq, Uid } from '../mail/ids.ts'
import { noOrderKeys, type OrderKeys } from '../message/order-keys.ts'
import { shareRow } from './apply/acl.ts'
import { withFlagsNow } from './flag-pages.ts'
import { keepEnvelope } from './kept-envelope.ts'
import type { Flags } from './mailbox.ts'
import { orderColumns } from './order-columns.ts'
import { readPosition } from './position.ts'
import type { LogRecord, MailRecord } from './record.ts'
import { parseSlices } from './slices.ts'
import { summariseAt } from './summarise.ts'

/**
 * A baseline is an account's rows written into the log, so that segments which hold its older history can go (compact.ts) and
 * a rebuild still gives the same UIDs, flags and modSeqs. It holds nothing that is read from messages: envelopes and
 * what SORT goes by are made again from the octets.
 */
export interface Baseline {
  readonly asOf: Location
  /** Undefined in baselines of versions that had none: no sharing, no annotations. */
  readonly tables: Readonly<Record<Exclude<(typeof baselineTables)[number], 'acl' | 'metadata'>, readonly Row[]>> & {
    readonly acl?: readonly Row[]
    readonly metadata?: readonly Row[]
  }
}

const baselineTables = ['account_state', 'mailbox', 'subscription', 'change', 'message', 'email', 'acl', 'metadata'] as const
const columns: Readonly<Partial<Record<(typeof baselineTables)[number], string>>> & { readonly message: string } = {
  email:
    'account_id, email_id, segment, record_offset, prefix_start, prefix_length, octets_start, octets_length, slices, refs, origin_account_id, origin_email_id',
  message: 'account_id, mailbox_id, uid, email_id, system, keywords, mod_seq, internal_date_ms, size_bytes, saved_at_ms',
}

/** Undefined: there is no such account (any more). */
export const baselineQuery: Query<{ accountId: AccountId }, Baseline | undefined> = {
  name: 'store.baseline',
  async run(reader, { accountId }) {
    const asOf = await readPosition(reader)
    const rows = async (table: (typeof baselineTables)[number]) => reader.all(`SELECT ${columns[table] ?? '*'} FROM ${table} WHERE account_id = ?`, accountId)
    const tables = {
      account_state: await rows('account_state'),
      mailbox: await rows('mailbox'),
      subscription: await rows('subscription'),
      change: await rows('change'),
      message: await messageRows(reader, accountId),
      email: await rows('email'),
      acl: await rows('acl'),
      metadata: await rows('metadata'),
    }
    return asOf === undefined || tables.account_state.length === 0 ? undefined : { asOf, tables }
  },
}

/** With the flags that they have now: how the index keeps those is not the log's business. */
async function messageRows(reader: Reader, accountId: AccountId): Promise<readonly Row[]> {
  const rows = await reader.all<Row & Flags & { mailbox_id: MailboxId; uid: Uid; mod_seq: ModSeq }>(
    `SELECT ${columns.message} FROM message WHERE account_id = ? ORDER BY mailbox_id, uid`,
    accountId,
  )
  const mailboxes = Map.groupBy(rows, (row) => row.mailbox_id)
  const found: Row[] = []
  for (const [mailboxId, messages] of mailboxes) for (const row of await withFlagsNow(reader, { accountId, mailboxId }, messages)) found.push(row)
  return found
}

export const accountsAfterQuery: Query<{ after: number; limit: number }, readonly AccountId[]> = {
  name: 'store.accounts-after',
  async run(reader, { after, limit }) {
    const rows = await reader.all<{ account_id: AccountId }>(
      'SELECT account_id FROM account_state WHERE account_id > ? ORDER BY account_id LIMIT ?',
      after,
      limit,
    )
    return rows.map((row) => row.account_id)
  },
}

export async function* everyAccount(database: Database): AsyncIterable<AccountId> {
  const limit = 1000
  for (let after = 0; ; ) {
    const page = await database.query(accountsAfterQuery, { after, limit })
    yield* page
    if (page.length < limit) return
    after = page.at(-1) as number
  }
}

/** Rows of one account from its baseline, which lies at `location`; the summaries of its emails are made anew. */
export function loadBaselineChange(
  content: Pick<Content, 'read'>,
): Change<{ location: Location; octetsLength: number }, void, { baseline: Baseline; emails: readonly Row[]; messages: readonly Row[] }> {
  return {
    name: 'store.load-baseline',
    durable: false,
    async prepare({ location, octetsLength }) {
      const baseline = JSON.parse(Buffer.from(await content.read(location, 0, octetsLength)).toString()) as Baseline
      const emails: Row[] = []
      const keys = new Map<SqlValue | undefined, OrderKeys>()
      for (const row of baseline.tables.email) {
        const at = { segment: row['segment'] as number, offset: row['record_offset'] as number }
        const start = row['octets_start'] as number
        // Baselines of versions that changed no header have no such column.
        const slices = parseSlices((row['slices'] ?? null) as string | null)
        const summary = await summariseAt(content, at, { start, end: start + (row['octets_length'] as number), slices })
        keys.set(row['email_id'], summary.order)
        emails.push({ ...row, envelope: keepEnvelope(summary.envelope), body_structure: summary.bodyStructure, parts: summary.parts })
      }
      const messages = baseline.tables.message.map((row) => ({
        ...row,
        ...orderColumns(row['internal_date_ms'] as number, keys.get(row['email_id']) ?? noOrderKeys),
      }))
      return { baseline, emails, messages }
    },
    async run(tx, { baseline, emails, messages }) {
      const { asOf } = baseline
      for (const table of baselineTables) {
        for (const row of table === 'email' ? emails : table === 'message' ? messages : (baseline.tables[table] ?? [])) {
          await insertRow(tx, table, table === 'account_state' ? { ...row, as_of_segment: asOf.segment, as_of_offset: asOf.offset } : row)
        }
      }
      for (const row of baseline.tables.acl ?? []) await shareRow(tx, grantOf(row))
      for (const email of emails) {
        await tx.run(
          `INSERT INTO segment_usage (segment, added_bytes, removed_bytes) VALUES (?, ?, 0)
           ON CONFLICT (segment) DO UPDATE SET added_bytes = segment_usage.added_bytes + excluded.added_bytes`,
          email['segment'] as number,
          email['octets_length'] as number,
        )
      }
    },
  }
}

function grantOf(row: Row): Parameters<typeof shareRow>[1] {
  return {
    accountId: row['account_id'] as AccountId,
    mailboxId: row['mailbox_id'] as MailboxId,
    granteeId: row['grantee_id'] as AccountId,
    rights: row['rights'] as string,
  }
}

async function insertRow(tx: Transaction, table: string, row: Row): Promise<void> {
  const names = Object.keys(row)
  await tx.run(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`, ...Object.values(row))
}

/** In a rebuild: the record without what the baselines have already. Undefined: nothing of it is left. */
export async function withoutBaselined(tx: Transaction, record: LogRecord, location: Location, baselineAsOf: Location): Promise<LogRecord | undefined> {
  const isNew = async (accountId: AccountId): Promise<boolean> => {
    const row = await tx.get<Location>('SELECT as_of_segment AS segment, as_of_offset AS "offset" FROM account_state WHERE account_id = ?', accountId)
    const asOf = row === undefined || compareLocations(row, baselineAsOf) < 0 ? baselineAsOf : row
    return compareLocations(location, asOf) >= 0
  }
  // What was put into the queue before, and still waits, is in the queue's baseline.
  const isQueueNew = compareLocations(location, baselineAsOf) >= 0
  const ofMail = async (mail: MailRecord): Promise<MailRecord> => {
    const destinations = []
    for (const destination of mail.destinations) if (await isNew(destination.accountId)) destinations.push(destination)
    const isNewToSomebody = destinations.length > 0 || (mail.destinations.length === 0 && isQueueNew)
    return { ...mail, destinations, recipients: isNewToSomebody ? mail.recipients : [] }
  }
  if (record.kind === 'mail') {
    const { outgoing, ...mail } = await ofMail(record)
    if (isQueueNew && outgoing !== undefined) return { ...mail, outgoing }
    return mail.destinations.length > 0 ? mail : undefined
  }
  if (record.kind === 'sent') {
    if (!isQueueNew) return undefined
    return record.report === undefined ? record : { ...record, report: await ofMail(record.report) }
  }
  if (record.kind === 'relocate') {
    const emails = []
    for (const email of record.emails) if (await isNew(email[0])) emails.push(email)
    return emails.length > 0 || record.queued !== undefined ? { ...record, emails } : undefined
  }
  if (record.kind === 'baseline-done' || record.kind === 'queue-baseline' || record.kind === 'aside' || record.kind === 'retry') return record
  return (await isNew(record.accountId)) ? record : undefined
}
