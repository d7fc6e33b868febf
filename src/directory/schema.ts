import type { Migration } from '../database/database.ts'
import { oauthMigrations } from './oauth-schema.ts'
import { identityProviderMigrations } from './identity-provider-schema.ts'
import { signInMigrations } from './sign-in-schema.ts'

/**
 * Small tables, copied everywhere (DESIGN decision 3). `key` is how addresses compare (`addressKey`), names of domains are
 * A-labels in lower case, names of customers, plans and operators compare as lower case.
 *
 * `directory_counter` gives ids and the directory's version: a row is never counted down, so an id that was deleted does not come back.
 * NULL in a limit means: no limit of its own (account: the plan's; plan: none).
 */
export const directoryMigrations: readonly Migration[] = [
  ...signInMigrations,
  ...oauthMigrations,
  ...identityProviderMigrations,
  {
    part: 'directory',
    id: 1,
    sql: `
CREATE TABLE directory_counter (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
);
CREATE TABLE plan (
  plan_id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  storage_bytes INTEGER,
  max_message_bytes INTEGER NOT NULL,
  max_mailboxes INTEGER,
  max_addresses INTEGER,
  max_domains INTEGER,
  created_at_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX plan_name ON plan (name);
CREATE TABLE customer (
  customer_id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  plan_id INTEGER NOT NULL,
  locked_reason TEXT,
  created_at_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX customer_name ON customer (name);
CREATE TABLE domain (
  domain_id INTEGER NOT NULL PRIMARY KEY,
  customer_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX domain_name ON domain (name);
CREATE INDEX domain_customer ON domain (customer_id);
CREATE TABLE account (
  account_id INTEGER NOT NULL PRIMARY KEY,
  customer_id INTEGER NOT NULL,
  quota_bytes INTEGER,
  locked_reason TEXT,
  removing INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL
);
CREATE INDEX account_customer ON account (customer_id);
CREATE TABLE address (
  address_id INTEGER NOT NULL PRIMARY KEY,
  domain_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  local_part TEXT NOT NULL,
  kind TEXT NOT NULL,
  account_id INTEGER,
  lists_version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX address_key ON address (key);
CREATE INDEX address_domain ON address (domain_id, key);
CREATE UNIQUE INDEX address_account ON address (account_id);
CREATE TABLE address_target (
  address_id INTEGER NOT NULL,
  target_id INTEGER NOT NULL,
  PRIMARY KEY (address_id, target_id)
) WITHOUT ROWID;
CREATE INDEX address_target_back ON address_target (target_id);
CREATE TABLE own_setting (
  scope TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (scope, owner_id, key)
) WITHOUT ROWID;
CREATE TABLE list_entry (
  address_id INTEGER NOT NULL,
  list TEXT NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (address_id, list, entry)
) WITHOUT ROWID;
CREATE TABLE operator (
  operator_id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  address_id INTEGER,
  created_at_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX operator_name ON operator (name);
CREATE TABLE credential (
  credential_id INTEGER NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
);
CREATE INDEX credential_owner ON credential (owner, owner_id);
CREATE TABLE setting (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
CREATE TABLE audit (
  audit_id INTEGER NOT NULL PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  change TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX audit_subject ON audit (subject, audit_id);
INSERT INTO directory_counter (name, value) VALUES ('version', 1), ('plan', 1), ('customer', 0), ('domain', 0), ('account', 0), ('address', 0), ('operator', 0), ('credential', 0), ('audit', 0);
INSERT INTO plan (plan_id, name, storage_bytes, max_message_bytes, max_mailboxes, max_addresses, max_domains, created_at_ms) VALUES (1, 'standard', NULL, 104857600, NULL, NULL, NULL, 0);
`,
  },
  {
    part: 'directory',
    id: 2,
    sql: `
CREATE TABLE secret (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
`,
  },
  {
    part: 'directory',
    id: 3,
    sql: `
ALTER TABLE credential ADD COLUMN name TEXT;
ALTER TABLE credential ADD COLUMN protocols TEXT;
ALTER TABLE credential ADD COLUMN last_used_ms INTEGER;
CREATE TABLE revocation (
  account_id INTEGER NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL
);
CREATE INDEX revocation_version ON revocation (version);
`,
  },
  {
    part: 'directory',
    id: 4,
    sql: `
ALTER TABLE account ADD COLUMN sending_locked_reason TEXT;
ALTER TABLE customer ADD COLUMN sending_locked_reason TEXT;
`,
  },
  {
    part: 'directory',
    id: 5,
    // `remote_target`: targets at other servers. `keep_copy`, of a mailbox: NULL: it does not forward; else whether it keeps what it forwards.
    sql: `
CREATE TABLE remote_target (
  remote_id INTEGER NOT NULL PRIMARY KEY,
  address_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  local_part TEXT NOT NULL
);
CREATE UNIQUE INDEX remote_target_key ON remote_target (address_id, key);
ALTER TABLE address ADD COLUMN keep_copy INTEGER;
INSERT INTO directory_counter (name, value) VALUES ('remote-target', 0);
`,
  },
  {
    part: 'directory',
    id: 6,
    // `days`: on how many something did not reach a member of a list (`Members` of recipient.ts); `last_day`: the last of them, since 1970.
    sql: `
CREATE TABLE list_bounce (
  address_id INTEGER NOT NULL,
  member TEXT NOT NULL,
  days INTEGER NOT NULL,
  last_day INTEGER NOT NULL,
  PRIMARY KEY (address_id, member)
) WITHOUT ROWID;
`,
  },
  {
    part: 'directory',
    id: 7,
    // `AutoresponderSettings` of autoresponder.ts.
    sql: `
CREATE TABLE autoresponder (
  account_id INTEGER NOT NULL PRIMARY KEY,
  is_on INTEGER NOT NULL,
  subject TEXT,
  text TEXT NOT NULL,
  html TEXT,
  first_day TEXT,
  last_day TEXT,
  zone TEXT NOT NULL,
  period_ms INTEGER NOT NULL,
  set_at_ms INTEGER NOT NULL
);
`,
  },
  {
    part: 'directory',
    id: 8,
    // `password_id`: the argon2id credential that the owner had at sign-in; 0: none. `web_place`: browsers and networks that an owner has signed in from.
    sql: `
CREATE TABLE web_session (
  session_id TEXT NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL,
  owner TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  password_id INTEGER NOT NULL,
  method TEXT NOT NULL,
  ip TEXT NOT NULL,
  browser TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  seen_at_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX web_session_token ON web_session (token_hash);
CREATE INDEX web_session_owner ON web_session (owner, owner_id);
CREATE INDEX web_session_seen ON web_session (seen_at_ms);
CREATE TABLE web_place (
  owner TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  seen_at_ms INTEGER NOT NULL,
  PRIMARY KEY (owner, owner_id, kind, value)
) WITHOUT ROWID;
`,
  },
  {
    part: 'directory',
    id: 9,
    // `reseller_id`: the customer whose customer it is. `account_id` of a person: the mailbox they sign in with; NULL: by credentials of their own.
    sql: `
ALTER TABLE customer ADD COLUMN reseller_id INTEGER;
ALTER TABLE customer ADD COLUMN is_reseller INTEGER NOT NULL DEFAULT 0;
CREATE INDEX customer_reseller ON customer (reseller_id);
CREATE TABLE person (
  person_id INTEGER NOT NULL PRIMARY KEY,
  customer_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  account_id INTEGER,
  created_at_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX person_name ON person (name, customer_id);
CREATE INDEX person_customer ON person (customer_id);
CREATE INDEX person_account ON person (account_id);
INSERT INTO directory_counter (name, value) VALUES ('person', 0);
`,
  },
  {
    part: 'directory',
    id: 10,
    // `template`: `customer_id` 0: the operator's, for everybody; `name` NULL: it was removed, which can be undone. Its values are in own_setting, as is who has it.
    // `edit`: `customer_id`: who may see and undo it beside operators; 0: nobody. Values of `edit_value` by `EditScope` (change/edit.ts).
    // `denied_features` of a plan: so that a feature of a later version is not missing from the plans that are there.
    sql: `
CREATE TABLE template (
  template_id INTEGER NOT NULL PRIMARY KEY,
  customer_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT,
  created_at_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX template_name ON template (customer_id, name);
CREATE INDEX own_setting_value ON own_setting (key, value, scope, owner_id);
CREATE TABLE edit (
  edit_id INTEGER NOT NULL PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  change TEXT NOT NULL,
  subject TEXT NOT NULL,
  customer_id INTEGER NOT NULL,
  undoes INTEGER,
  undone_by INTEGER
);
CREATE INDEX edit_customer ON edit (customer_id, edit_id);
CREATE TABLE edit_value (
  edit_id INTEGER NOT NULL,
  scope TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  old_value TEXT,
  new_value TEXT,
  PRIMARY KEY (edit_id, scope, owner_id, key)
) WITHOUT ROWID;
CREATE INDEX edit_value_place ON edit_value (scope, owner_id, key, edit_id);
ALTER TABLE plan ADD COLUMN denied_features TEXT NOT NULL DEFAULT '';
INSERT INTO directory_counter (name, value) VALUES ('template', 0), ('edit', 0);
`,
  },
  {
    part: 'directory',
    id: 11,
    // `customer_id`: whose the change was; NULL: the installation's. `hash`: audit.ts. `audit_base`: the hash of the last row that retention took.
    sql: `
ALTER TABLE audit ADD COLUMN customer_id INTEGER;
ALTER TABLE audit ADD COLUMN hash TEXT;
CREATE INDEX audit_customer ON audit (customer_id, audit_id);
CREATE INDEX audit_actor ON audit (actor, audit_id);
CREATE INDEX audit_time ON audit (at_ms);
CREATE TABLE audit_base (
  audit_id INTEGER NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL
);
`,
  },
  {
    part: 'directory',
    id: 12,
    // A lock's reason stands where it is asked for most, in account and customer; `lock_note` has who made it and when it ends. `kind`: `LockKind` of change/locks.ts.
    sql: `
ALTER TABLE account ADD COLUMN locked_takes_mail INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN locked_takes_mail INTEGER NOT NULL DEFAULT 0;
CREATE TABLE lock_note (
  scope TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  until_ms INTEGER,
  PRIMARY KEY (scope, owner_id, kind)
) WITHOUT ROWID;
CREATE INDEX lock_note_until ON lock_note (until_ms);
`,
  },
]
