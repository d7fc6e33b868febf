import type { Migration } from '../database/database.ts'

/**
 * `journal`: one row for one message and recipient, or for many alike (`repeats`). What is short is left out, what repeats is
 * written once, since there are as many rows as messages for as long as `journal.days`; see row.ts for what columns hold.
 *
 * `entry_id` begins with the time (entry-id.ts), so time ranges, retention and queue ids need no index. The others are indexes
 * of four-octet keys (search-key.ts): an entry of one is 16 octets.
 */
export const journalMigrations: readonly Migration[] = [
  {
    part: 'journal',
    id: 1,
    sql: `
      CREATE TABLE journal (
        entry_id INTEGER PRIMARY KEY,
        at_delta INTEGER NOT NULL,
        outcome INTEGER NOT NULL,
        repeats INTEGER,
        queue_id TEXT,
        client_ip BLOB NOT NULL,
        client_name TEXT,
        helo TEXT,
        sender TEXT,
        recipient TEXT,
        sender_key INTEGER,
        recipient_key INTEGER,
        message_key INTEGER,
        customer_key INTEGER,
        address_id INTEGER,
        customer_id INTEGER,
        account_id INTEGER,
        message_id TEXT,
        size_bytes INTEGER,
        phrase_id INTEGER,
        phrase TEXT,
        varied TEXT NOT NULL
      );
      CREATE INDEX journal_by_sender ON journal (sender_key, entry_id ROWID) WHERE sender_key IS NOT NULL;
      CREATE INDEX journal_by_recipient ON journal (recipient_key, entry_id ROWID) WHERE recipient_key IS NOT NULL;
      CREATE INDEX journal_by_message ON journal (message_key, entry_id ROWID) WHERE message_key IS NOT NULL;
      CREATE INDEX journal_by_customer ON journal (customer_key, entry_id ROWID) WHERE customer_key IS NOT NULL;
      -- What replies and check results have in common (phrase.ts): some hundreds of rows.
      CREATE TABLE journal_phrase (phrase_id INTEGER PRIMARY KEY, phrase TEXT NOT NULL UNIQUE);
      -- Entries in the order of writing, some thousand each (search-key.ts): their ids reach from first_id to last_id, and
      -- overlap a little with those of the neighbours, since a transaction's id is from its beginning.
      CREATE TABLE journal_run (
        run_id INTEGER PRIMARY KEY,
        lane INTEGER NOT NULL,
        first_id INTEGER NOT NULL,
        last_id INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        bytes INTEGER NOT NULL
      );
      CREATE INDEX journal_run_by_time ON journal_run (last_id);
    `,
  },
  {
    part: 'journal',
    id: 2,
    sql: `
      -- Of rows whose time is not that of their queue id: a message may be on its way for days.
      ALTER TABLE journal ADD COLUMN queue_key INTEGER;
      CREATE INDEX journal_by_queue ON journal (queue_key, entry_id ROWID) WHERE queue_key IS NOT NULL;
    `,
  },
  {
    part: 'journal',
    id: 3,
    sql: `
      -- What a mailbox's own people see.
      ALTER TABLE journal ADD COLUMN account_key INTEGER;
      CREATE INDEX journal_by_account ON journal (account_key, entry_id ROWID) WHERE account_key IS NOT NULL;
    `,
  },
  {
    part: 'journal',
    id: 4,
    sql: `
      -- How much of what there was in an hour since 1970 (statistics/tally.ts), or, once that is long ago, in the day that begins with it.
      -- customer_id 0, domain '': nobody's here.
      CREATE TABLE statistic (
        customer_id INTEGER NOT NULL,
        domain TEXT NOT NULL,
        hour INTEGER NOT NULL,
        kind TEXT NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (customer_id, domain, hour, kind)
      );
      CREATE INDEX statistic_by_hour ON statistic (hour);
      -- What is not condensed into days yet.
      CREATE INDEX statistic_of_hours ON statistic (hour) WHERE hour % 24 <> 0;
    `,
  },
]
