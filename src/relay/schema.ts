import type { Migration } from '../database/database.ts'

/**
 * What relays there are, and what became of them. Cases and counts are of a `subject`: the IP address, since that is what lists know and remember; of
 * others the relay's name. `day`: UTC, days since 1970.
 */
export const relayMigrations: readonly Migration[] = [
  {
    part: 'relay',
    id: 1,
    sql: `
      CREATE TABLE relay (
        name TEXT NOT NULL PRIMARY KEY,
        subject TEXT NOT NULL,
        -- JSON: RelayWay, without the password.
        way TEXT NOT NULL,
        weight INTEGER NOT NULL,
        -- With spaces between.
        classes TEXT NOT NULL,
        -- JSON: WarmUp, or null for none.
        warm_up TEXT NOT NULL,
        added_at_ms INTEGER NOT NULL,
        withdrawn_at_ms INTEGER,
        withdrawn_why TEXT,
        returned_at_ms INTEGER
      );
      CREATE UNIQUE INDEX relay_subject ON relay (subject);
      -- Apart, so that what lists relays cannot show it.
      CREATE TABLE relay_password (
        name TEXT NOT NULL PRIMARY KEY,
        password TEXT NOT NULL
      );
      CREATE TABLE relay_case (
        case_id INTEGER PRIMARY KEY,
        subject TEXT NOT NULL,
        -- 'list': a blocklist, by its zone. 'host': an organisation whose servers say so.
        kind TEXT NOT NULL,
        list TEXT NOT NULL,
        weight INTEGER NOT NULL,
        -- 0: it is shown, and the relay stays in.
        withdraws INTEGER NOT NULL,
        since_at_ms INTEGER NOT NULL,
        heard_at_ms INTEGER NOT NULL,
        gone_at_ms INTEGER,
        reason TEXT NOT NULL,
        apply TEXT
      );
      CREATE UNIQUE INDEX relay_case_open ON relay_case (subject, kind, list) WHERE gone_at_ms IS NULL;
      CREATE INDEX relay_case_of_subject ON relay_case (subject, since_at_ms);
      -- What was done about a case, and what came of it.
      CREATE TABLE relay_case_note (
        case_id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (case_id, number)
      ) WITHOUT ROWID;
      -- Recipients.
      CREATE TABLE relay_day (
        subject TEXT NOT NULL,
        day INTEGER NOT NULL,
        delivered INTEGER NOT NULL,
        deferred INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        listed INTEGER NOT NULL,
        PRIMARY KEY (subject, day)
      ) WITHOUT ROWID;
      -- Blocklists that did not answer when they were asked last.
      CREATE TABLE relay_list_trouble (
        zone TEXT NOT NULL PRIMARY KEY,
        since_at_ms INTEGER NOT NULL,
        why TEXT NOT NULL
      );
      -- Which node asks the blocklists.
      CREATE TABLE relay_lease (
        name TEXT NOT NULL PRIMARY KEY,
        holder TEXT NOT NULL,
        until_ms INTEGER NOT NULL
      );
    `,
  },
]
