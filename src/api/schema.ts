import type { Migration } from '../database/database.ts'

export const apiMigrations: readonly Migration[] = [
  {
    part: 'api',
    id: 1,
    // `answer` NULL: it is under way, or the server ended in the middle of it; `server`: whose it is, one for each life of a process.
    sql: `
CREATE TABLE idempotent_request (
  key_hash TEXT NOT NULL PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  server TEXT NOT NULL,
  began_at_ms INTEGER NOT NULL,
  answer BLOB
);
CREATE INDEX idempotent_request_began ON idempotent_request (began_at_ms);
`,
  },
  {
    part: 'api',
    id: 2,
    // Of a line that is done, `wanted` is NULL: there was a password in it.
    sql: `
CREATE TABLE bulk_job (
  job_id TEXT NOT NULL PRIMARY KEY,
  principal TEXT NOT NULL,
  actor TEXT NOT NULL,
  customer_id INTEGER,
  started_at_ms INTEGER NOT NULL,
  finished_at_ms INTEGER,
  lines INTEGER NOT NULL
);
CREATE INDEX bulk_job_started ON bulk_job (started_at_ms);
CREATE TABLE bulk_line (
  job_id TEXT NOT NULL,
  line INTEGER NOT NULL,
  address TEXT NOT NULL,
  wanted TEXT,
  result TEXT,
  detail TEXT,
  PRIMARY KEY (job_id, line)
) WITHOUT ROWID;
CREATE INDEX bulk_line_result ON bulk_line (job_id, result);
`,
  },
]
