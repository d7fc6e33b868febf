import type { Migration } from '../database/database.ts'

/** Meanings in identity-provider.ts. */
export const identityProviderMigrations: readonly Migration[] = [
  {
    part: 'identity-provider',
    id: 1,
    // `identity_link`: whom a user of the provider (`sub`, RFC 7519 4.1.2) has turned out to be. `owner` and `owner_id` as in `credential`.
    sql: `
CREATE TABLE identity_provider (
  customer_id INTEGER NOT NULL PRIMARY KEY,
  provider_id TEXT NOT NULL,
  name TEXT NOT NULL,
  issuer TEXT NOT NULL,
  client_id TEXT NOT NULL,
  client_secret TEXT,
  claim TEXT NOT NULL,
  all_domains INTEGER NOT NULL,
  is_on INTEGER NOT NULL,
  is_required INTEGER NOT NULL,
  vouches INTEGER NOT NULL,
  mail_tokens TEXT NOT NULL,
  audience TEXT,
  version INTEGER NOT NULL
);
CREATE UNIQUE INDEX identity_provider_id ON identity_provider (provider_id);
CREATE TABLE identity_provider_domain (
  customer_id INTEGER NOT NULL,
  domain_id INTEGER NOT NULL,
  PRIMARY KEY (customer_id, domain_id)
) WITHOUT ROWID;
CREATE TABLE identity_link (
  customer_id INTEGER NOT NULL,
  subject TEXT NOT NULL,
  owner TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (customer_id, subject)
) WITHOUT ROWID;
CREATE UNIQUE INDEX identity_link_owner ON identity_link (owner, owner_id);
`,
  },
]
