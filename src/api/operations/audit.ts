import { actorForCustomers } from '../../directory/audit-row.ts'
import { checkAudit, listAudit } from '../../directory/query/audit.ts'
import type { Operations } from '../operation.ts'
import { type Principal, reachOf } from '../principal.ts'
import { readName, readSince } from '../reading.ts'

const entriesShown = 100

/** Who changed what. */
export const auditOperations: Operations<'audit.list' | 'audit.verify'> = {
  async 'audit.list'(context, input) {
    const { principal, clock, directory } = context
    const time = (field: 'since' | 'until') => (input[field] === undefined ? undefined : readSince(field, input[field], clock.now()))
    const limit = input.limit ?? entriesShown
    const rows = await directory.query(listAudit, {
      reach: reachOf(principal),
      subject: input.subject?.trim().toLowerCase(),
      actor: input.actor?.trim(),
      change: input.change?.trim(),
      customer: input.customer === undefined ? undefined : readName('customer', input.customer),
      sinceMs: time('since'),
      untilMs: time('until'),
      before: input.before,
      limit: limit + 1,
    })
    const page = rows.slice(0, limit)
    return {
      entries: page.map(({ auditId: id, atMs, actor, change, subject, detail, customer = null }) => ({
        ...{ id, at: new Date(atMs).toISOString(), actor: actorFor(principal, actor), change, subject, customer },
        detail: JSON.parse(detail) as Record<string, unknown>,
      })),
      next: rows.length > limit ? (page.at(-1)?.auditId ?? null) : null,
    }
  },

  async 'audit.verify'({ directory }) {
    let chain = await directory.query(checkAudit, undefined)
    while (chain.more) chain = await directory.query(checkAudit, chain)
    return { entries: chain.entries, last: chain.hash, broken: chain.broken ?? null }
  },
}

export function actorFor(principal: Principal, actor: string): string {
  return principal.kind === 'system' || principal.kind === 'operator' ? actor : actorForCustomers(actor)
}
