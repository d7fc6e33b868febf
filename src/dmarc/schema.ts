import type { Migration } from '../database/database.ts'

/**
 * `dmarc_seen`: what came in of domains that have a record, for the reports to them: a row for messages alike of one day (UTC, days since 1970).
 * `row_key` tells rows of one domain and day apart. `dmarc_report`: what others reported of domains of ours.
 */
export const dmarcMigrations: readonly Migration[] = [
  {
    part: 'dmarc',
    id: 1,
    sql: `
      CREATE TABLE dmarc_seen (
        day INTEGER NOT NULL,
        domain TEXT NOT NULL,
        row_key TEXT NOT NULL,
        -- JSON: RowKey and PublishedPolicy (aggregate-report.ts), and rua= of the record.
        seen TEXT NOT NULL,
        policy TEXT NOT NULL,
        report_to TEXT NOT NULL,
        -- 1: passed DMARC.
        passed INTEGER NOT NULL,
        disposition TEXT NOT NULL,
        messages INTEGER NOT NULL,
        PRIMARY KEY (day, domain, row_key)
      ) WITHOUT ROWID;
      CREATE TABLE dmarc_report (
        domain TEXT NOT NULL,
        reporter TEXT NOT NULL,
        report_id TEXT NOT NULL,
        begin_s INTEGER NOT NULL,
        end_s INTEGER NOT NULL,
        received_day INTEGER NOT NULL,
        -- Domain of the author of the mail that brought it, where that was proven.
        proven_sender TEXT,
        messages INTEGER NOT NULL,
        passed INTEGER NOT NULL,
        -- JSON: the rest of AggregateReport.
        report TEXT NOT NULL,
        PRIMARY KEY (domain, reporter, report_id)
      ) WITHOUT ROWID;
      CREATE INDEX dmarc_report_by_time ON dmarc_report (domain, end_s);
      CREATE INDEX dmarc_report_by_arrival ON dmarc_report (received_day);
    `,
  },
]
