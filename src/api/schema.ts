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
]
