import type { Change, Transaction } from '../../database/database.ts'
import { type AuditRow, auditHash } from '../audit-row.ts'

/** Adds a row at the end of the chain. Changes of the directory follow one another, so there is one end. */
export async function appendAudit(tx: Transaction, row: AuditRow): Promise<void> {
  const last = await tx.get<{ hash: string | null }>('SELECT hash FROM audit ORDER BY audit_id DESC LIMIT 1')
  const base = last === undefined ? await tx.get<{ hash: string | null }>('SELECT hash FROM audit_base') : last
  await tx.run(
    'INSERT INTO audit (audit_id, at_ms, actor, change, subject, detail, customer_id, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    row.auditId,
    row.atMs,
    row.actor,
    row.change,
    row.subject,
    row.detail,
    row.customerId ?? null,
    auditHash(base?.hash ?? '', row),
  )
}

/** Rows removed in one transaction. */
const rowsPerStep = 500

/** Removes the oldest rows, as far as they are older; what the chain goes on from is kept. true: there are more. */
export const pruneAudit: Change<{ readonly beforeMs: number }, boolean> = {
  name: 'directory.prune-audit',
  durable: false,
  async run(tx, { beforeMs }) {
    const rows = await tx.all<{ audit_id: number; at_ms: number; hash: string | null }>(
      'SELECT audit_id, at_ms, hash FROM audit ORDER BY audit_id LIMIT ?',
      rowsPerStep,
    )
    const firstYoung = rows.findIndex((row) => row.at_ms >= beforeMs)
    const old = firstYoung < 0 ? rows : rows.slice(0, firstYoung)
    const last = old.at(-1)
    if (last === undefined) return false
    await tx.run('DELETE FROM audit WHERE audit_id <= ?', last.audit_id)
    await tx.run('DELETE FROM audit_base')
    await tx.run('INSERT INTO audit_base (audit_id, hash) VALUES (?, ?)', last.audit_id, last.hash ?? '')
    return old.length === rowsPerStep
  },
}
