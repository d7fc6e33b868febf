import type { Query, Reader, SqlValue } from '../../database/database.ts'
import { type AuditRow, auditHash } from '../audit-row.ts'
import { customersWithin, type Reach } from '../reach.ts'

export interface AuditFilter {
  readonly reach: Reach
  /** Whole, or a domain, which stands for its addresses, too. */
  readonly subject: string | undefined
  readonly actor: string | undefined
  /** "mailbox.lock", or "mailbox" for all that is done to mailboxes. */
  readonly change: string | undefined
  readonly customer: string | undefined
  readonly sinceMs: number | undefined
  readonly untilMs: number | undefined
  /** Older than this row. */
  readonly before: number | undefined
  readonly limit: number
}

export interface AuditEntry extends Omit<AuditRow, 'customerId'> {
  /** Whose it is; undefined: the installation's, or a customer's that is no more. */
  readonly customer: string | undefined
}

interface Row {
  audit_id: number
  at_ms: number
  actor: string
  change: string
  subject: string
  detail: string
  customer: string | null
}

/** Newest first. Who sees customers only, sees nothing of the installation's. */
export const listAudit: Query<AuditFilter, readonly AuditEntry[]> = {
  name: 'directory.audit',
  async run(reader, filter) {
    const conditions: string[] = []
    const parameters: SqlValue[] = []
    const where = (sql: string, ...values: readonly SqlValue[]) => {
      conditions.push(sql)
      parameters.push(...values)
    }
    if (filter.reach.kind !== 'all') {
      const within = customersWithin(filter.reach)
      where(within.sql, ...within.parameters)
    }
    if (filter.subject !== undefined) where("(audit.subject = ? OR audit.subject LIKE ? ESCAPE '!')", filter.subject, `%@${likeText(filter.subject)}`)
    if (filter.actor !== undefined) where("(audit.actor = ? OR audit.actor LIKE ? ESCAPE '!')", filter.actor, `${likeText(filter.actor)} by token %`)
    if (filter.change !== undefined) where("(audit.change = ? OR audit.change LIKE ? ESCAPE '!')", filter.change, `${likeText(filter.change)}.%`)
    if (filter.customer !== undefined) where('customer.name = ?', filter.customer)
    if (filter.sinceMs !== undefined) where('audit.at_ms >= ?', filter.sinceMs)
    if (filter.untilMs !== undefined) where('audit.at_ms < ?', filter.untilMs)
    if (filter.before !== undefined) where('audit.audit_id < ?', filter.before)
    const rows = await reader.all<Row>(
      `SELECT audit.audit_id, audit.at_ms, audit.actor, audit.change, audit.subject, audit.detail, customer.name AS customer
       FROM audit LEFT JOIN customer ON customer.customer_id = audit.customer_id
       ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} ORDER BY audit.audit_id DESC LIMIT ?`,
      ...parameters,
      filter.limit,
    )
    return rows.map(({ audit_id: auditId, at_ms: atMs, customer, ...row }) => ({ auditId, atMs, customer: customer ?? undefined, ...row }))
  },
}

function likeText(text: string): string {
  return text.replace(/[!%_]/g, '!$&')
}

/** How far the chain was followed. */
export interface AuditChain {
  readonly entries: number
  /** Of the last row that was read; '': there was none. */
  readonly hash: string
  readonly auditId: number
  /** The first row that does not fit those before it; undefined: all do. */
  readonly broken: number | undefined
  readonly more: boolean
}

/** Rows read at once. */
const pageLength = 1000

/** Follows the chain for a page: from the oldest row on, or from where the page before ended. */
export const checkAudit: Query<AuditChain | undefined, AuditChain> = {
  name: 'directory.check-audit',
  async run(reader, before) {
    const base = before ?? (await baseOf(reader))
    let { entries, hash, auditId } = base
    const rows = await reader.all<Omit<Row, 'customer'> & { customer_id: number | null; hash: string | null }>(
      'SELECT audit_id, at_ms, actor, change, subject, detail, customer_id, hash FROM audit WHERE audit_id > ? ORDER BY audit_id LIMIT ?',
      auditId,
      pageLength,
    )
    for (const { audit_id: id, at_ms: atMs, customer_id: customerId, hash: said, ...row } of rows) {
      const right = auditHash(hash, { auditId: id, atMs, customerId: customerId ?? undefined, ...row })
      // Rows are numbered without gaps: one that is missing was taken out.
      const fits = id === auditId + 1 && said === right
      entries += 1
      auditId = id
      hash = said ?? ''
      if (!fits) return { entries, hash, auditId, broken: id, more: false }
    }
    return { entries, hash, auditId, broken: undefined, more: rows.length === pageLength }
  },
}

async function baseOf(reader: Reader): Promise<Pick<AuditChain, 'entries' | 'hash' | 'auditId'>> {
  const base = await reader.get<{ audit_id: number; hash: string }>('SELECT audit_id, hash FROM audit_base')
  return { entries: 0, hash: base?.hash ?? '', auditId: base?.audit_id ?? 0 }
}
