import type { Migration } from '../database/database.ts'

/**
 * Tables of mailbox data that the log alone makes: emptied for a rebuild, and of an account that goes. Rights (`acl`, `shared_mailbox`) concern two accounts,
 * and are taken one by one; what the filter and the text index know stands with them (learned.ts, fulltext/tables.ts).
 */
export const loggedTables = ['message', 'flag_page', 'email', 'change', 'subscription', 'metadata', 'mailbox', 'account_state'] as const

/**
 * Mailbox data. Each table begins with `account_id` (DESIGN decision 3). All of it can be made anew from the content log
 * (`posthorn rebuild`), save `mailbox.recent_from`, which is a matter of taste.
 *
 * Messages are two rows: `message` is what one mailbox has, `email` is shared by copies. Flags that have changed since
 * a message came are kept in pages of many messages (`flag_page`). `change` says what happened to which UIDs, one row for each command and not for each
 * message: what a session has missed is found without reading what it has not.
 */
export const storeMigrations: readonly Migration[] = [
  {
    part: 'store',
    id: 1,
    sql: `
CREATE TABLE account_state (
  account_id INTEGER NOT NULL PRIMARY KEY,
  mod_seq INTEGER NOT NULL,
  next_mailbox_id INTEGER NOT NULL,
  next_email_id INTEGER NOT NULL,
  last_uid_validity INTEGER NOT NULL,
  used_bytes INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  as_of_segment INTEGER NOT NULL DEFAULT 0,
  as_of_offset INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE mailbox (
  account_id INTEGER NOT NULL,
  mailbox_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  special_use TEXT,
  uid_validity INTEGER NOT NULL,
  uid_next INTEGER NOT NULL,
  recent_from INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  unseen INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  highest_mod_seq INTEGER NOT NULL,
  PRIMARY KEY (account_id, mailbox_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX mailbox_name ON mailbox (account_id, name);
CREATE TABLE subscription (
  account_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (account_id, name)
) WITHOUT ROWID;
CREATE TABLE email (
  account_id INTEGER NOT NULL,
  email_id INTEGER NOT NULL,
  segment INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  prefix_start INTEGER NOT NULL,
  prefix_length INTEGER NOT NULL,
  octets_start INTEGER NOT NULL,
  octets_length INTEGER NOT NULL,
  refs INTEGER NOT NULL,
  envelope BLOB NOT NULL,
  body_structure BLOB NOT NULL,
  parts BLOB NOT NULL,
  PRIMARY KEY (account_id, email_id)
) WITHOUT ROWID;
CREATE TABLE message (
  account_id INTEGER NOT NULL,
  mailbox_id INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  email_id INTEGER NOT NULL,
  system INTEGER NOT NULL,
  keywords TEXT NOT NULL,
  mod_seq INTEGER NOT NULL,
  internal_date_ms INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  PRIMARY KEY (account_id, mailbox_id, uid)
) WITHOUT ROWID;
CREATE TABLE change (
  account_id INTEGER NOT NULL,
  mailbox_id INTEGER NOT NULL,
  mod_seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  uids TEXT NOT NULL,
  PRIMARY KEY (account_id, mailbox_id, mod_seq)
) WITHOUT ROWID;
CREATE TABLE segment_usage (
  segment INTEGER NOT NULL PRIMARY KEY,
  added_bytes INTEGER NOT NULL,
  removed_bytes INTEGER NOT NULL
);
CREATE TABLE log_position (
  log TEXT NOT NULL PRIMARY KEY,
  segment INTEGER NOT NULL,
  log_offset INTEGER NOT NULL
);
`,
  },
  {
    part: 'store',
    id: 2,
    sql: `
-- Records that the index lacks, or has in part only (unapplied.ts).
CREATE TABLE unapplied (
  segment INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  until_segment INTEGER NOT NULL,
  until_offset INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  in_log INTEGER NOT NULL,
  PRIMARY KEY (segment, record_offset)
) WITHOUT ROWID;
`,
  },
  {
    part: 'store',
    id: 3,
    sql: `
-- One row while a rebuild is under way (rebuild-state.ts).
CREATE TABLE rebuild_state (
  phase TEXT NOT NULL,
  journal INTEGER NOT NULL,
  lost_parts INTEGER NOT NULL
);
`,
  },
  {
    part: 'store',
    id: 4,
    sql: `
-- What others may do with a mailbox (RFC 4314). The owner's rows; the owner is not among the grantees.
CREATE TABLE acl (
  account_id INTEGER NOT NULL,
  mailbox_id INTEGER NOT NULL,
  grantee_id INTEGER NOT NULL,
  rights TEXT NOT NULL,
  PRIMARY KEY (account_id, mailbox_id, grantee_id)
) WITHOUT ROWID;
-- The same, as rows of the one it is shared with (apply/acl.ts).
CREATE TABLE shared_mailbox (
  account_id INTEGER NOT NULL,
  owner_id INTEGER NOT NULL,
  mailbox_id INTEGER NOT NULL,
  rights TEXT NOT NULL,
  PRIMARY KEY (account_id, owner_id, mailbox_id)
) WITHOUT ROWID;
`,
  },
  {
    part: 'store',
    id: 5,
    sql: `
-- What SORT and THREAD go by (order-columns.ts).
ALTER TABLE message ADD COLUMN sent INTEGER;
ALTER TABLE message ADD COLUMN id_hash INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN subject_hash INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN reference_hashes BLOB;
-- The log knows what they are for messages that are here already; envelopes are kept in another form, too. So the index is made anew.
INSERT INTO rebuild_state (phase, journal, lost_parts)
  SELECT 'baselines', 0, 0 WHERE EXISTS (SELECT 1 FROM log_position) AND NOT EXISTS (SELECT 1 FROM rebuild_state);
UPDATE rebuild_state SET phase = 'baselines';
`,
  },
  {
    part: 'store',
    id: 6,
    sql: `
-- When the message came into this mailbox (RFC 8514); NULL: the log does not say, and INTERNALDATE stands for it.
ALTER TABLE message ADD COLUMN saved_at_ms INTEGER;
-- Of an email that came from another account: what it is called there (RFC 8474 EMAILID). NULL: it came to this account first.
ALTER TABLE email ADD COLUMN origin_account_id INTEGER;
ALTER TABLE email ADD COLUMN origin_email_id INTEGER;
-- The log knows both for what is here already.
INSERT INTO rebuild_state (phase, journal, lost_parts)
  SELECT 'baselines', 0, 0 WHERE EXISTS (SELECT 1 FROM log_position) AND NOT EXISTS (SELECT 1 FROM rebuild_state);
UPDATE rebuild_state SET phase = 'baselines';
`,
  },
  {
    part: 'store',
    id: 7,
    sql: `
-- Which messages may hold a text (fulltext/): emails up to up_to_email_id are looked into.
CREATE TABLE fulltext_state (
  account_id INTEGER NOT NULL PRIMARY KEY,
  up_to_email_id INTEGER NOT NULL
);
-- The newest of them, each by itself.
CREATE TABLE fulltext_recent (
  account_id INTEGER NOT NULL,
  email_id INTEGER NOT NULL,
  header BLOB NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (account_id, email_id)
);
-- The others, many together; gone: emails of it that are not there any more.
CREATE TABLE fulltext_block (
  account_id INTEGER NOT NULL,
  first_email_id INTEGER NOT NULL,
  last_email_id INTEGER NOT NULL,
  emails BLOB NOT NULL,
  columns INTEGER NOT NULL,
  gone INTEGER NOT NULL,
  PRIMARY KEY (account_id, first_email_id)
) WITHOUT ROWID;
CREATE TABLE fulltext_shard (
  account_id INTEGER NOT NULL,
  first_email_id INTEGER NOT NULL,
  field TEXT NOT NULL,
  shard INTEGER NOT NULL,
  octets BLOB NOT NULL,
  PRIMARY KEY (account_id, first_email_id, field, shard)
);
`,
  },
  {
    part: 'store',
    id: 8,
    sql: `
-- How full its owner was told that the mailbox is, in percent, and of which quota (quota-level.ts).
ALTER TABLE account_state ADD COLUMN quota_level INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account_state ADD COLUMN quota_level_bytes INTEGER NOT NULL DEFAULT 0;
`,
  },
  {
    part: 'store',
    id: 9,
    sql: `
-- Annotations (RFC 5464, metadata.ts). mailbox_id 0: of the server; user_id: whose a private one is, 0: shared.
CREATE TABLE metadata (
  account_id INTEGER NOT NULL,
  mailbox_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  mod_seq INTEGER NOT NULL,
  PRIMARY KEY (account_id, mailbox_id, user_id, name)
) WITHOUT ROWID;
`,
  },
  {
    part: 'store',
    id: 10,
    sql: `
-- Flags of the messages with UIDs from first_uid on, a page of them, where any has changed since they came (flag-pages.ts). What a message
-- has come with stays in its row.
CREATE TABLE flag_page (
  account_id INTEGER NOT NULL,
  mailbox_id INTEGER NOT NULL,
  first_uid INTEGER NOT NULL,
  up_to_uid INTEGER NOT NULL,
  octets BLOB NOT NULL,
  PRIMARY KEY (account_id, mailbox_id, first_uid)
);
`,
  },
  {
    part: 'store',
    id: 11,
    sql: `
-- What is shown of the octets, where that is not all of them as they came (slices.ts).
ALTER TABLE email ADD COLUMN slices TEXT;
`,
  },
  {
    part: 'store',
    id: 12,
    sql: `
-- What the content filter has yet to learn, and what it has learned (learned.ts). account_id 0: the installation.
CREATE TABLE lesson (
  account_id INTEGER NOT NULL,
  email_id INTEGER NOT NULL,
  label TEXT NOT NULL,
  noted_at_ms INTEGER NOT NULL,
  PRIMARY KEY (account_id, email_id)
) WITHOUT ROWID;
CREATE TABLE spam_model (
  account_id INTEGER NOT NULL,
  part INTEGER NOT NULL,
  octets BLOB NOT NULL,
  PRIMARY KEY (account_id, part)
);
`,
  },
  {
    part: 'store',
    id: 13,
    sql: `
-- Whose log this is the index of (owner.ts): one row at most.
CREATE TABLE index_owner (
  one INTEGER NOT NULL PRIMARY KEY,
  node TEXT NOT NULL
);
`,
  },
]
