import type { Query, Reader, SqlValue } from '../database/database.ts'
import { findDomain, findNamed, type Found } from '../directory/change/find.ts'
import type { DirectoryRefusal } from '../directory/refusal.ts'
import type { Address } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import type { LetterContent, LetterGroup, LetterState, RecipientState } from './letter.ts'

export interface LetterRow {
  letter_id: number
  subject_en: string | null
  text_en: string | null
  subject_de: string | null
  text_de: string | null
  news: number
  group_kind: LetterGroup['kind']
  group_name: string | null
  actor: string
  state: LetterState
  created_at_ms: number
  finished_at_ms: number | null
}

/** A letter with how far it is. */
export interface LetterProgress {
  readonly letterId: number
  readonly content: LetterContent
  readonly group: LetterGroup
  readonly actor: string
  readonly state: LetterState
  readonly createdAtMs: number
  readonly finishedAtMs: number | undefined
  readonly recipients: Readonly<Record<RecipientState, number>>
}

export function contentOf(row: LetterRow): LetterContent {
  const { subject_en: en, text_en: textEn, subject_de: de, text_de: textDe } = row
  return {
    texts: { ...(en !== null && { en: { subject: en, text: textEn ?? '' } }), ...(de !== null && { de: { subject: de, text: textDe ?? '' } }) },
    news: row.news === 1,
  }
}

const columns = { plan: 'customer.plan_id', customer: 'customer.customer_id', domain: 'address.domain_id' } as const

/** FROM and WHERE of the mailboxes that a letter goes to. `id`: of what the group is named after. */
export function groupSql(
  { group, news }: { readonly group: LetterGroup; readonly news: boolean },
  id: number,
): { readonly sql: string; readonly parameters: readonly SqlValue[] } {
  const of = group.kind === 'all' ? '' : `AND ${columns[group.kind]} = ?`
  const willing = news ? 'AND NOT EXISTS (SELECT 1 FROM letter_opt_out WHERE letter_opt_out.account_id = account.account_id)' : ''
  return {
    sql: `FROM account JOIN address ON address.account_id = account.account_id JOIN customer ON customer.customer_id = account.customer_id
      WHERE account.removing = 0 ${of} ${willing}`,
    parameters: group.kind === 'all' ? [] : [id],
  }
}

/** The id of what a group is named after; 0: all. */
export async function groupId(reader: Reader, group: LetterGroup): Promise<Found<number>> {
  if (group.kind === 'all') return { row: 0 }
  if (group.kind === 'domain') {
    const domain = await findDomain(reader, group.name)
    return domain.refused === undefined ? { row: domain.row.domain_id } : domain
  }
  const named = await findNamed<{ plan_id: number; customer_id: number }>(reader, group.kind, group.name)
  if (named.refused !== undefined) return named
  return { row: group.kind === 'plan' ? named.row.plan_id : named.row.customer_id }
}

export async function waitingFor(reader: Reader, letterId: number, limit: number): Promise<AccountId[]> {
  const rows = await reader.all<{ account_id: number }>(
    "SELECT account_id FROM letter_recipient WHERE letter_id = ? AND state = 'waiting' ORDER BY account_id LIMIT ?",
    letterId,
    limit,
  )
  return rows.map((row) => row.account_id as AccountId)
}

/** Whom a letter would go to now. */
export interface Foreseen {
  readonly recipients: number
  /** Of the group, who wants no news. */
  readonly declined: number
  /** One of them, the oldest; undefined: there is none. */
  readonly example: { readonly address: Address; readonly customer: string } | undefined
}

export const foreseeRecipients: Query<
  { readonly group: LetterGroup; readonly news: boolean },
  { readonly found: Foreseen; readonly refused?: never } | { readonly refused: DirectoryRefusal }
> = {
  name: 'letters.foresee',
  async run(reader, { group, news }) {
    const id = await groupId(reader, group)
    if (id.refused !== undefined) return { refused: id.refused }
    const count = async (declinedToo: boolean) => {
      const { sql, parameters } = groupSql({ group, news: !declinedToo }, id.row)
      return (await reader.get<{ number: number }>(`SELECT COUNT(*) AS number ${sql}`, ...parameters))?.number ?? 0
    }
    const [all, willing] = [await count(true), await count(false)]
    const { sql, parameters } = groupSql({ group, news }, id.row)
    const first = await reader.get<{ local_part: string; domain: string; customer: string }>(
      `SELECT address.local_part, (SELECT name FROM domain WHERE domain.domain_id = address.domain_id) AS domain, customer.name AS customer
       ${sql} ORDER BY account.account_id LIMIT 1`,
      ...parameters,
    )
    const example = first && { address: { localPart: first.local_part, domain: first.domain }, customer: first.customer }
    return { found: { recipients: news ? willing : all, declined: news ? all - willing : 0, example } }
  },
}

/** The newest first, or one. */
export const listLetters: Query<{ readonly letterId: number | undefined; readonly limit: number }, readonly LetterProgress[]> = {
  name: 'letters.list',
  async run(reader, { letterId, limit }) {
    const rows = await reader.all<LetterRow>(
      `SELECT * FROM letter ${letterId === undefined ? '' : 'WHERE letter_id = ?'} ORDER BY letter_id DESC LIMIT ?`,
      ...(letterId === undefined ? [] : [letterId]),
      limit,
    )
    const letters: LetterProgress[] = []
    for (const row of rows) letters.push({ ...progressOf(row), recipients: await recipientsOf(reader, row.letter_id) })
    return letters
  },
}

function progressOf(row: LetterRow): Omit<LetterProgress, 'recipients'> {
  const group: LetterGroup = row.group_kind === 'all' ? { kind: 'all' } : { kind: row.group_kind, name: row.group_name ?? '' }
  const times = { createdAtMs: row.created_at_ms, finishedAtMs: row.finished_at_ms ?? undefined }
  return { letterId: row.letter_id, content: contentOf(row), group, actor: row.actor, state: row.state, ...times }
}

async function recipientsOf(reader: Reader, letterId: number): Promise<Record<RecipientState, number>> {
  const rows = await reader.all<{ state: RecipientState; number: number }>(
    'SELECT state, COUNT(*) AS number FROM letter_recipient WHERE letter_id = ? GROUP BY state',
    letterId,
  )
  return { waiting: 0, taken: 0, sent: 0, unreachable: 0, ...Object.fromEntries(rows.map(({ state, number }) => [state, number])) }
}

/** What a node that begins had taken when it died. */
export const takenBy: Query<{ readonly node: number }, readonly (readonly [letterId: number, accountId: AccountId])[]> = {
  name: 'letters.taken-by',
  async run(reader, { node }) {
    const rows = await reader.all<{ letter_id: number; account_id: number }>(
      "SELECT letter_id, account_id FROM letter_recipient WHERE node = ? AND state = 'taken' ORDER BY letter_id, account_id",
      node,
    )
    return rows.map((row) => [row.letter_id, row.account_id as AccountId])
  },
}
