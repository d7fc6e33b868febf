import type { Migration } from '../database/database.ts'

/**
 * `tls_seen`: how TLS went with the servers of others, for the reports to them: a row for sessions alike of one day (UTC, days since 1970).
 * `row_key` tells rows of one domain and day apart. `tls_report`: what others reported of domains of ours.
 */
export const tlsrptMigrations: readonly Migration[] = [
  {
    part: 'tlsrpt',
    id: 1,
    sql: `
      CREATE TABLE tls_seen (
        day INTEGER NOT NULL,
        domain TEXT NOT NULL,
        row_key TEXT NOT NULL,
        -- JSON: TlsObservation.
        seen TEXT NOT NULL,
        sessions INTEGER NOT NULL,
        PRIMARY KEY (day, domain, row_key)
      ) WITHOUT ROWID;
      CREATE TABLE tls_report (
        domain TEXT NOT NULL,
        organisation TEXT NOT NULL,
        report_id TEXT NOT NULL,
        end_ms INTEGER NOT NULL,
        received_day INTEGER NOT NULL,
        -- Domain of the author of the mail that brought it, where that was proven.
        proven_sender TEXT,
        -- JSON: TlsReport, as far as it is about this domain.
        report TEXT NOT NULL,
        PRIMARY KEY (domain, organisation, report_id)
      ) WITHOUT ROWID;
      CREATE INDEX tls_report_by_time ON tls_report (domain, end_ms);
      CREATE INDEX tls_report_by_arrival ON tls_report (received_day);
    `,
  },
]
