import type { Migration } from '../database/database.ts'

/**
 * `sts_policy`: MTA-STS policies that were found (RFC 8461), so that one that is known protects after a restart, too. `report_sent`: DMARC and TLS
 * reports that somebody has taken on himself to send, by the day (UTC, days since 1970) that they are about.
 */
export const sendingMigrations: readonly Migration[] = [
  {
    part: 'sending',
    id: 1,
    sql: `
      CREATE TABLE sts_policy (
        domain TEXT NOT NULL PRIMARY KEY,
        id TEXT NOT NULL,
        -- JSON: MtaStsPolicy.
        policy TEXT NOT NULL,
        expires_at_ms INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX sts_policy_by_expiry ON sts_policy (expires_at_ms);
    `,
  },
  {
    part: 'sending',
    id: 2,
    sql: `
      CREATE TABLE report_sent (
        about TEXT NOT NULL,
        day INTEGER NOT NULL,
        domain TEXT NOT NULL,
        PRIMARY KEY (day, about, domain)
      ) WITHOUT ROWID;
    `,
  },
]
