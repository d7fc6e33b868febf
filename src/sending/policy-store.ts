import type { Clock } from '../base/clock.ts'
import type { Change, Database, Query } from '../database/database.ts'
import type { KnownPolicy, PolicyStore } from '../smtp/client/mta-sts.ts'
import type { MtaStsPolicy } from '../smtp/client/mta-sts-policy.ts'

/** Policies in the database. */
export function databasePolicyStore({ database, clock }: { readonly database: Pick<Database, 'query' | 'change'>; readonly clock: Clock }): PolicyStore {
  return {
    load: (domain) => database.query(keptPolicy, { domain }),
    save: (domain, known) => database.change(keepPolicy, { domain, known, nowMs: clock.now() }),
  }
}

export const keptPolicy: Query<{ readonly domain: string }, KnownPolicy | undefined> = {
  name: 'sending.kept-policy',
  async run(reader, { domain }) {
    const row = await reader.get<{ id: string; policy: string; expires_at_ms: number }>(
      'SELECT id, policy, expires_at_ms FROM sts_policy WHERE domain = ?',
      domain,
    )
    return row && { id: row.id, policy: JSON.parse(row.policy) as MtaStsPolicy, expiresAtMs: row.expires_at_ms }
  },
}

/** Those that have expired go with it. */
export const keepPolicy: Change<{ readonly domain: string; readonly known: KnownPolicy; readonly nowMs: number }, void> = {
  name: 'sending.keep-policy',
  durable: true,
  async run(tx, { domain, known, nowMs }) {
    await tx.run('DELETE FROM sts_policy WHERE expires_at_ms < ?', nowMs)
    await tx.run(
      `INSERT INTO sts_policy (domain, id, policy, expires_at_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (domain) DO UPDATE SET id = excluded.id, policy = excluded.policy, expires_at_ms = excluded.expires_at_ms`,
      domain,
      known.id,
      JSON.stringify(known.policy),
      known.expiresAtMs,
    )
  },
}
