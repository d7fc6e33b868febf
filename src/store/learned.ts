import type { Change, Query, Transaction } from '../database/database.ts'
import type { AccountId, EmailId } from '../mail/ids.ts'

/**
 * What the content filter has learned, and what it has yet to learn. The store keeps both and understands neither: models are octets, and a
 * lesson is noted in the transaction that moves the message (apply/lessons.ts), so none is lost, whichever process or protocol moved it.
 */
export type LessonLabel = 'spam' | 'ham'

/** Stands for the installation among the accounts. */
export const installation = 0 as AccountId

/** A message that was moved into the folder for spam or out of it, and where its octets as received are; without them it is gone. */
export interface Lesson {
  readonly emailId: EmailId
  readonly label: LessonLabel
  readonly segment: number | null
  readonly record_offset: number | null
  readonly prefix_start: number | null
  readonly prefix_length: number | null
  readonly octets_start: number | null
  readonly octets_length: number | null
}

/** Of the account that has waited longest: so no teacher keeps others waiting for ever. */
export const lessonsQuery: Query<{ limit: number }, { readonly accountId: AccountId; readonly lessons: readonly Lesson[] } | undefined> = {
  name: 'store.lessons',
  async run(reader, { limit }) {
    const first = await reader.get<{ account_id: AccountId }>('SELECT account_id FROM lesson ORDER BY noted_at_ms LIMIT 1')
    if (first === undefined) return undefined
    const lessons = await reader.all<Lesson>(
      `SELECT l.email_id AS "emailId", l.label, e.segment, e.record_offset, e.prefix_start, e.prefix_length, e.octets_start, e.octets_length
       FROM lesson l LEFT JOIN email e ON e.account_id = l.account_id AND e.email_id = l.email_id
       WHERE l.account_id = ? ORDER BY l.email_id LIMIT ?`,
      first.account_id,
      limit,
    )
    return { accountId: first.account_id, lessons }
  },
}

export const taughtAccountsQuery: Query<Record<never, never>, readonly AccountId[]> = {
  name: 'store.taught-accounts',
  async run(reader) {
    const rows = await reader.all<{ account_id: AccountId }>('SELECT DISTINCT account_id FROM spam_model')
    return rows.map((row) => row.account_id)
  },
}

/** Its parts in their order; none: it was taught nothing. */
export const modelQuery: Query<{ accountId: AccountId }, readonly Uint8Array[]> = {
  name: 'store.spam-model',
  async run(reader, { accountId }) {
    const rows = await reader.all<{ octets: Uint8Array }>('SELECT octets FROM spam_model WHERE account_id = ? ORDER BY part', accountId)
    return rows.map((row) => row.octets)
  },
}

/** A part of a model; with the last one go the lessons that the model has learned by now. */
export interface ModelPart {
  readonly accountId: AccountId
  readonly part: number
  readonly octets: Uint8Array
  readonly last?: { readonly learned: readonly { readonly emailId: EmailId; readonly label: LessonLabel }[] }
}

export const keepModelChange: Change<ModelPart, void> = {
  name: 'store.keep-spam-model',
  durable: false,
  async run(tx, { accountId, part, octets, last }) {
    const isThere = accountId === installation || (await tx.get('SELECT account_id FROM account_state WHERE account_id = ?', accountId)) !== undefined
    if (isThere) {
      await tx.run(
        'INSERT INTO spam_model (account_id, part, octets) VALUES (?, ?, ?) ON CONFLICT (account_id, part) DO UPDATE SET octets = excluded.octets',
        accountId,
        part,
        octets,
      )
    }
    if (last === undefined) return
    await tx.run('DELETE FROM spam_model WHERE account_id = ? AND part > ?', accountId, part)
    // One that was noted again meanwhile, the other way round, stays.
    for (const { emailId, label } of last.learned) {
      await tx.run('DELETE FROM lesson WHERE account_id = ? AND email_id = ? AND label = ?', accountId, emailId, label)
    }
  },
}

/** The last word about a message counts. */
export async function noteLesson(tx: Transaction, lesson: { accountId: AccountId; emailId: EmailId; label: LessonLabel; atMs: number }): Promise<void> {
  const { accountId, emailId, label, atMs } = lesson
  await tx.run(
    `INSERT INTO lesson (account_id, email_id, label, noted_at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (account_id, email_id) DO UPDATE SET label = excluded.label, noted_at_ms = excluded.noted_at_ms`,
    accountId,
    emailId,
    label,
    atMs,
  )
}

/** Emails that were delivered from `fromMs` to `toMs`, and where their octets are. */
export const deliveredQuery: Query<{ accountId: AccountId; fromMs: number; toMs: number }, readonly DeliveredEmail[]> = {
  name: 'store.delivered',
  run: (reader, { accountId, fromMs, toMs }) =>
    reader.all<DeliveredEmail>(
      `SELECT DISTINCT e.email_id AS "emailId", e.segment, e.record_offset AS "recordOffset", e.prefix_start AS "prefixStart", e.prefix_length AS "prefixLength",
         e.octets_start AS "octetsStart", e.octets_length AS "octetsLength"
       FROM message m JOIN email e ON e.account_id = m.account_id AND e.email_id = m.email_id
       WHERE m.account_id = ? AND m.internal_date_ms BETWEEN ? AND ? LIMIT 1000`,
      accountId,
      fromMs,
      toMs,
    ),
}

export type DeliveredEmail = { readonly emailId: EmailId } & Readonly<
  Record<'segment' | 'recordOffset' | 'prefixStart' | 'prefixLength' | 'octetsStart' | 'octetsLength', number>
>

export const learnedCatalogue = [deliveredQuery, lessonsQuery, taughtAccountsQuery, modelQuery, keepModelChange] as const
/** Tables of this file that hold an account's data. */
export const learnedTables = ['lesson', 'spam_model'] as const
