import type { Migration } from '../database/database.ts'

export const webhookMigrations: readonly Migration[] = [
  {
    part: 'webhooks',
    id: 1,
    // webhook: `customer_id` 0: the installation's. Secrets are sealed. `off_why`: WhyOff of change.ts. `next_ms`: when the first of its messages is due, or earlier.
    // `failing_since_ms`: nothing has arrived since. `dropped`: events for which there was no room.
    // webhook_message: `next_ms` of one that waits: when it is due, or its lease ends; `leased`: the node that has it, or 0 (queue_node). What the last try came to:
    // `status` of the answer, or `failure` (OutsideFailure).
    // webhook_cursor: the last row of the audit log that was looked at.
    sql: `
CREATE TABLE webhook (
  webhook_id TEXT NOT NULL PRIMARY KEY,
  customer_id INTEGER NOT NULL,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  events TEXT NOT NULL,
  secret TEXT NOT NULL,
  old_secret TEXT,
  old_secret_until_ms INTEGER,
  off_why TEXT,
  created_at_ms INTEGER NOT NULL,
  next_ms INTEGER NOT NULL,
  waiting INTEGER NOT NULL DEFAULT 0,
  dropped INTEGER NOT NULL DEFAULT 0,
  failing_since_ms INTEGER
);
CREATE INDEX webhook_customer ON webhook (customer_id, created_at_ms);
CREATE INDEX webhook_due ON webhook (next_ms);
CREATE TABLE webhook_message (
  message_id TEXT NOT NULL PRIMARY KEY,
  webhook_id TEXT NOT NULL,
  type TEXT NOT NULL,
  payload TEXT NOT NULL,
  made_at_ms INTEGER NOT NULL,
  state TEXT NOT NULL,
  next_ms INTEGER NOT NULL,
  leased INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  tried_at_ms INTEGER,
  took_ms INTEGER,
  status INTEGER,
  failure TEXT
);
CREATE INDEX webhook_message_due ON webhook_message (webhook_id, state, next_ms);
CREATE INDEX webhook_message_made ON webhook_message (webhook_id, made_at_ms, message_id);
CREATE INDEX webhook_message_old ON webhook_message (state, made_at_ms);
CREATE INDEX webhook_message_leased ON webhook_message (leased) WHERE leased <> 0;
CREATE TABLE webhook_cursor (
  audit_id INTEGER NOT NULL PRIMARY KEY
);
INSERT INTO webhook_cursor (audit_id) VALUES (0);
`,
  },
]
