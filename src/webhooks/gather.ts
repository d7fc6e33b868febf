import type { Change } from '../database/database.ts'
import type { AuditRow } from '../directory/audit-row.ts'
import { auditEvent } from './audit-event.ts'
import { spread } from './spread.ts'

/** Rows of the audit log in one transaction. */
const rowsPerStep = 200

/** Looks at what the audit log has that was not looked at yet. true: there is more. Not durable: what a power cut takes back is gathered again. */
export const gatherAudit: Change<undefined, boolean> = {
  name: 'webhooks.gather',
  durable: false,
  async run(tx) {
    // Others that gather wait.
    const cursor = await tx.get<{ audit_id: number }>('UPDATE webhook_cursor SET audit_id = audit_id RETURNING audit_id')
    if (cursor === undefined) throw new Error('webhooks have no cursor')
    const rows = await tx.all<Omit<AuditRow, 'customerId'> & { customerId: number | null }>(
      `SELECT audit_id AS "auditId", at_ms AS "atMs", actor, change, subject, detail, customer_id AS "customerId" FROM audit
       WHERE audit_id > ? ORDER BY audit_id LIMIT ?`,
      cursor.audit_id,
      rowsPerStep,
    )
    const last = rows.at(-1)
    if (last === undefined) return false
    await spread(
      tx,
      rows.flatMap(({ customerId, ...row }) => auditEvent({ ...row, customerId: customerId ?? undefined }) ?? []),
    )
    await tx.run('UPDATE webhook_cursor SET audit_id = ?', last.auditId)
    return rows.length === rowsPerStep
  },
}
