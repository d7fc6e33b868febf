import { createHash } from 'node:crypto'

/** Who changed what. */
export interface AuditRow {
  readonly auditId: number
  readonly atMs: number
  /** "cli", "operator admin", "person ann@a.example". */
  readonly actor: string
  /** The name of the change: "mailbox.lock". */
  readonly change: string
  readonly subject: string
  /** JSON. */
  readonly detail: string
  /** Whose it is; undefined: the installation's. */
  readonly customerId: number | undefined
}

/**
 * Each row's hash holds the one before it: a row that is changed, taken out or put in later does not fit any more. Who can write the database can make the
 * whole chain anew, unless its last hash is known elsewhere.
 */
export function auditHash(before: string, { auditId, atMs, actor, change, subject, detail, customerId }: AuditRow): string {
  return createHash('sha256')
    .update(JSON.stringify([before, auditId, atMs, actor, change, subject, detail, customerId ?? null]))
    .digest('hex')
}

/** Which operator it was is the provider's business. */
export function actorForCustomers(actor: string): string {
  return /^(?:operator .*|cli.*|schedule|server|start)$/.test(actor) ? 'operator' : actor
}
