import type { Migration } from '../database/database.ts'

/** What the provider of tokens keeps (auth/provider). What a program was granted is a credential of the mailbox: change/grants.ts. */
export const oauthMigrations: readonly Migration[] = [
  {
    part: 'oauth-provider',
    id: 1,
    // `made_by`: change/oauth-clients.ts. `network`: where a client came from that nobody has used yet. `credential_id`: the grant; NULL: nobody has agreed yet.
    sql: `
CREATE TABLE oauth_client (
  client_id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  made_by TEXT NOT NULL,
  metadata TEXT NOT NULL,
  network TEXT,
  created_at_ms INTEGER NOT NULL,
  last_used_ms INTEGER
);
CREATE TABLE oauth_token (
  id_hash TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  credential_id INTEGER,
  payload TEXT NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  consumed_at_ms INTEGER
);
CREATE INDEX oauth_token_grant ON oauth_token (credential_id);
CREATE INDEX oauth_token_expires ON oauth_token (expires_at_ms);
`,
  },
]
