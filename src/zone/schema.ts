import type { Migration } from '../database/database.ts'

/** The last look at each domain's zone. Words: `PartState` (finding.ts), `Destination` (mail-exchange.ts). */
export const zoneMigrations: readonly Migration[] = [
  {
    part: 'zone',
    id: 1,
    sql: `
      CREATE TABLE zone_check (
        domain_id INTEGER NOT NULL PRIMARY KEY,
        state TEXT NOT NULL,
        destination TEXT NOT NULL,
        checked_at_ms INTEGER NOT NULL
      );
      CREATE INDEX zone_check_time ON zone_check (checked_at_ms);
      CREATE INDEX zone_check_state ON zone_check (state);
    `,
  },
]
