import type { Migration } from '../database/database.ts'

/** Words of states: letter.ts. Of a language that a letter does not have, subject and text are NULL. `node`: who has taken the recipient. */
export const letterMigrations: readonly Migration[] = [
  {
    part: 'letters',
    id: 1,
    sql: `
      CREATE TABLE letter (
        letter_id INTEGER NOT NULL PRIMARY KEY,
        subject_en TEXT,
        text_en TEXT,
        subject_de TEXT,
        text_de TEXT,
        news INTEGER NOT NULL,
        group_kind TEXT NOT NULL,
        group_name TEXT,
        actor TEXT NOT NULL,
        state TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        finished_at_ms INTEGER
      );
      CREATE INDEX letter_state ON letter (state, letter_id);
      CREATE TABLE letter_recipient (
        letter_id INTEGER NOT NULL,
        account_id INTEGER NOT NULL,
        state TEXT NOT NULL,
        node INTEGER,
        PRIMARY KEY (letter_id, account_id)
      ) WITHOUT ROWID;
      CREATE INDEX letter_recipient_state ON letter_recipient (letter_id, state, account_id);
      CREATE TABLE letter_opt_out (
        account_id INTEGER NOT NULL PRIMARY KEY,
        at_ms INTEGER NOT NULL
      );
      INSERT INTO directory_counter (name, value) VALUES ('letter', 0);
    `,
  },
]
