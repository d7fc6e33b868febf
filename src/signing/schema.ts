import type { Migration } from '../database/database.ts'

/** `domain_id` 0: the installation's own name. Words of state, seen and algorithm: key-life.ts. */
export const signingMigrations: readonly Migration[] = [
  {
    part: 'signing',
    id: 1,
    sql: `
      CREATE TABLE dkim_key (
        domain_id INTEGER NOT NULL,
        selector TEXT NOT NULL,
        algorithm TEXT NOT NULL,
        state TEXT NOT NULL,
        state_at_ms INTEGER NOT NULL,
        made_at_ms INTEGER NOT NULL,
        -- NULL: it has never signed.
        signed_at_ms INTEGER,
        -- p= of its record.
        public_key TEXT NOT NULL,
        -- Sealed (key-vault.ts); NULL: erased.
        private_key TEXT,
        seen TEXT NOT NULL,
        checked_at_ms INTEGER,
        check_at_ms INTEGER NOT NULL,
        PRIMARY KEY (domain_id, selector)
      ) WITHOUT ROWID;
      CREATE INDEX dkim_key_check ON dkim_key (check_at_ms);
      CREATE INDEX dkim_key_state ON dkim_key (state, made_at_ms);
    `,
  },
]
