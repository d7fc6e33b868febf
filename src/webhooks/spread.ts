import { createHash } from 'node:crypto'
import type { EventType } from '../base/event-type.ts'
import type { Change, Transaction } from '../database/database.ts'
import { actorForCustomers } from '../directory/audit-row.ts'
import { allowsSql } from '../directory/plan-features.ts'
import { maxWaiting } from './limits.ts'

/** Something happened. */
export interface WebhookEvent {
  /** The same event has the same key, and is told once. */
  readonly key: string
  readonly type: EventType
  readonly atMs: number
  /** Whose it is; undefined: the installation's. */
  readonly customerId: number | undefined
  /** Who did it, as in the audit; undefined: nobody in particular. */
  readonly actor?: string | undefined
  /** In the API's words. */
  readonly data: Readonly<Record<string, unknown>>
}

/** No message waits. */
export const neverMs = Number.MAX_SAFE_INTEGER

/** Makes a message of each event for each webhook that wants it. The only place where messages of what happened are made. */
export async function spread(tx: Transaction, events: readonly WebhookEvent[]): Promise<void> {
  if (events.length === 0 || (await tx.get('SELECT 1 AS one FROM webhook WHERE off_why IS NULL LIMIT 1')) === undefined) return
  for (const event of events) {
    const { customerId = 0 } = event
    const customer = await tx.get<{ name: string; reseller_id: number | null }>('SELECT name, reseller_id FROM customer WHERE customer_id = ?', customerId)
    const webhooks = await tx.all<WebhookRow>(
      `SELECT webhook_id, customer_id, events, waiting FROM webhook WHERE customer_id IN (0, ?, ?) AND off_why IS NULL AND created_at_ms <= ?
         AND (customer_id = 0 OR EXISTS (SELECT 1 FROM customer JOIN plan ON plan.plan_id = customer.plan_id
           WHERE customer.customer_id = webhook.customer_id AND ${allowsSql('api')}))`,
      customerId,
      customer?.reseller_id ?? customerId,
      event.atMs,
    )
    for (const webhook of webhooks) if (webhook.events.split(' ').includes(event.type)) await tell(tx, webhook, event, customer?.name)
  }
}

interface WebhookRow {
  webhook_id: string
  customer_id: number
  events: string
  waiting: number
}

async function tell(tx: Transaction, { webhook_id: webhookId, customer_id: of, waiting }: WebhookRow, event: WebhookEvent, customer = null as string | null) {
  if (waiting >= maxWaiting) {
    await tx.run('UPDATE webhook SET dropped = dropped + 1 WHERE webhook_id = ?', webhookId)
    return
  }
  const { key, type, atMs, actor, data } = event
  const by = actor === undefined ? undefined : of === 0 ? actor : actorForCustomers(actor)
  await addMessage(tx, { webhookId, key, type, atMs, data: { customer, ...(by !== undefined && { by }), ...data } })
}

/** A message to one webhook, due at once. What is there under this key stays as it is. */
export async function addMessage(
  tx: Transaction,
  {
    webhookId,
    key,
    type,
    atMs,
    data,
  }: { readonly webhookId: string; readonly key: string; readonly type: string; readonly atMs: number; readonly data: object },
): Promise<string> {
  const messageId = `msg_${createHash('sha256').update(`${webhookId} ${key}`).digest('base64url').slice(0, 24)}`
  const payload = JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data })
  const added = await tx.run(
    `INSERT INTO webhook_message (message_id, webhook_id, type, payload, made_at_ms, state, next_ms) VALUES (?, ?, ?, ?, ?, 'waiting', ?)
     ON CONFLICT (message_id) DO NOTHING`,
    messageId,
    webhookId,
    type,
    payload,
    atMs,
    atMs,
  )
  if (added > 0) await expect(tx, webhookId, atMs)
  return messageId
}

/** One more of its messages waits. */
export async function expect(tx: Transaction, webhookId: string, dueMs: number): Promise<void> {
  await tx.run(
    'UPDATE webhook SET waiting = waiting + 1, next_ms = CASE WHEN off_why IS NULL AND next_ms > ? THEN ? ELSE next_ms END WHERE webhook_id = ?',
    dueMs,
    dueMs,
    webhookId,
  )
}

/** What is no change of the directory, and so stands in no audit log. */
export const noteEvents: Change<{ readonly events: readonly WebhookEvent[] }, undefined> = {
  name: 'webhooks.note',
  durable: true,
  async run(tx, { events }) {
    await spread(tx, events)
    return undefined
  },
}
