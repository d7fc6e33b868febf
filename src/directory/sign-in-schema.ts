import type { Migration } from '../database/database.ts'

/** What people and programs come in by, beside passwords. `owner` and `owner_id` as in `credential`: whose it is. */
export const signInMigrations: readonly Migration[] = [
  {
    part: 'sign-in',
    id: 1,
    // Words with a space between: `scopes`, and `networks` in CIDR notation.
    sql: `
CREATE TABLE api_token (
  owner TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  scopes TEXT NOT NULL,
  networks TEXT NOT NULL,
  expires_at_ms INTEGER,
  created_at_ms INTEGER NOT NULL,
  last_used_ms INTEGER,
  PRIMARY KEY (owner, owner_id, name)
) WITHOUT ROWID;
CREATE UNIQUE INDEX api_token_hash ON api_token (token_hash);
`,
  },
  {
    part: 'sign-in',
    id: 2,
    // Meanings in change/second-factors.ts. `spent_challenge`: answered, until they are over anyway.
    sql: `
CREATE TABLE second_factor (
  factor_id TEXT NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  credential_id TEXT,
  counter INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  last_used_ms INTEGER
);
CREATE INDEX second_factor_owner ON second_factor (owner, owner_id);
CREATE UNIQUE INDEX second_factor_credential ON second_factor (credential_id);
CREATE TABLE spent_challenge (
  challenge TEXT NOT NULL PRIMARY KEY,
  until_ms INTEGER NOT NULL
);
`,
  },
  {
    part: 'sign-in',
    id: 3,
    // `free_at_ms`: when all that was tried is forgotten.
    sql: `
CREATE TABLE totp_tries (
  owner TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  free_at_ms INTEGER NOT NULL,
  PRIMARY KEY (owner, owner_id)
) WITHOUT ROWID;
`,
  },
  {
    part: 'place-notice',
    id: 1,
    // Sign-ins from new places that their owners are to hear of (change/place-notices.ts). `queue_id`: the message that tells it; `node`: who sends it.
    sql: `
CREATE TABLE place_notice (
  notice_id TEXT NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  ip TEXT NOT NULL,
  browser TEXT NOT NULL,
  language TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  node INTEGER,
  queue_id TEXT
);
CREATE INDEX place_notice_owner ON place_notice (owner, owner_id);
CREATE INDEX place_notice_state ON place_notice (state, at_ms);
`,
  },
]
