import type { Migration } from '../database/database.ts'

/** What the content log makes, and a rebuild makes anew. Holds are the operator's word, and stay. */
export const loggedQueueTables = ['queue_recipient', 'queue_destination', 'queue_message'] as const

/**
 * Mail that waits for other servers (DESIGN decision 2: rows of an index, as those of mailboxes). A million may wait for one destination that is
 * dead: what is done with others must not touch them, so each destination has a row of its own that says when its first recipient is due.
 */
export const queueMigrations: readonly Migration[] = [
  {
    part: 'queue',
    id: 1,
    sql: `
-- A text on its way (OutgoingName), with where its octets are; waiting: how many of its recipients still do.
CREATE TABLE queue_message (
  message_id INTEGER PRIMARY KEY,
  queue_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  accepted_at_ms INTEGER NOT NULL,
  segment INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  prefix_start INTEGER NOT NULL,
  prefix_length INTEGER NOT NULL,
  octets_start INTEGER NOT NULL,
  octets_length INTEGER NOT NULL,
  slices TEXT,
  size_bytes INTEGER NOT NULL,
  header_id TEXT,
  account_id INTEGER,
  address_id INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  envelope TEXT NOT NULL,
  waiting INTEGER NOT NULL
);
CREATE UNIQUE INDEX queue_message_by_name ON queue_message (queue_id, number);
CREATE INDEX queue_message_by_account ON queue_message (account_id, message_id ROWID) WHERE account_id IS NOT NULL;
CREATE INDEX queue_message_by_customer ON queue_message (customer_id, message_id ROWID);
-- One destination's recipients of one priority; next_ms: when the first of them is due, or earlier.
CREATE TABLE queue_destination (
  destination_id INTEGER PRIMARY KEY,
  destination TEXT NOT NULL,
  priority INTEGER NOT NULL,
  next_ms INTEGER NOT NULL,
  waiting INTEGER NOT NULL
);
CREATE UNIQUE INDEX queue_destination_by_name ON queue_destination (destination, priority);
CREATE INDEX queue_destination_by_due ON queue_destination (priority, next_ms, destination_id ROWID);
CREATE INDEX queue_destination_by_waiting ON queue_destination (waiting, destination_id ROWID);
-- next_ms: when it is due, or its lease ends (leased: see queue_node); found: what the last attempt came to, as JSON; hold_id: kept back.
CREATE TABLE queue_recipient (
  message_id INTEGER NOT NULL,
  place INTEGER NOT NULL,
  destination_id INTEGER NOT NULL,
  address TEXT NOT NULL,
  dsn TEXT,
  next_ms INTEGER NOT NULL,
  leased INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  delay_told INTEGER NOT NULL DEFAULT 0,
  found TEXT,
  hold_id INTEGER,
  PRIMARY KEY (message_id, place)
) WITHOUT ROWID;
CREATE INDEX queue_recipient_by_due ON queue_recipient (destination_id, next_ms);
CREATE INDEX queue_recipient_by_hold ON queue_recipient (hold_id) WHERE hold_id IS NOT NULL;
`,
  },
  {
    part: 'queue',
    id: 2,
    sql: `
-- What is kept back, why and since when (holds.ts). queue_id: of a message or recipient, which takes its hold along when it goes; released 1: its
-- recipients are being let go.
CREATE TABLE queue_hold (
  hold_id INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,
  queue_id TEXT,
  reason TEXT NOT NULL,
  since_ms INTEGER NOT NULL,
  released INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX queue_hold_by_subject ON queue_hold (subject);
-- In a total order, so that it can be read in pages.
DROP INDEX queue_recipient_by_due;
CREATE INDEX queue_recipient_by_due ON queue_recipient (destination_id, next_ms, message_id, place);
`,
  },
  {
    part: 'queue',
    id: 3,
    sql: `
-- Who works on the queue; name: as its data folder has it. The column leased of a recipient has the number of the node that holds the lease, or 0.
CREATE TABLE queue_node (
  node_number INTEGER PRIMARY KEY,
  name TEXT NOT NULL
);
CREATE UNIQUE INDEX queue_node_by_name ON queue_node (name);
`,
  },
  {
    part: 'queue',
    id: 4,
    sql: `
-- How many recipients waited in a minute since 1970 (length.ts); of long ago, the most in the hour that it lies in.
CREATE TABLE queue_length (
  minute INTEGER PRIMARY KEY,
  recipients INTEGER NOT NULL
);
`,
  },
]
