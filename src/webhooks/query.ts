import type { EventType } from '../base/event-type.ts'
import type { Query, SqlValue } from '../database/database.ts'
import { customersWithin, type Reach } from '../directory/reach.ts'
import type { OutsideFailure } from '../outside/outside.ts'
import type { OneWebhook, WhyOff } from './change.ts'

export interface WebhookListing {
  readonly webhookId: string
  /** null: the installation's. */
  readonly customer: string | null
  readonly url: string
  readonly description: string
  readonly events: readonly EventType[]
  /** null: it is on. */
  readonly offWhy: WhyOff | null
  readonly createdAtMs: number
  readonly waiting: number
  readonly dropped: number
  /** Nothing has arrived since; null: what was sent last arrived. */
  readonly failingSinceMs: number | null
  /** The secret from before signs until then, too. */
  readonly oldSecretUntilMs: number | null
}

/** Within reach, or of one customer; the oldest first. */
export const listWebhooks: Query<{ readonly reach: Reach; readonly customer?: string | undefined; readonly webhookId?: string }, readonly WebhookListing[]> = {
  name: 'webhooks.list',
  async run(reader, { reach, customer, webhookId }) {
    const { sql, parameters } = customersWithin(reach)
    const rows = await reader.all<Omit<WebhookListing, 'events'> & { events: string }>(
      `SELECT webhook_id AS "webhookId", customer.name AS customer, url, description, events, off_why AS "offWhy", webhook.created_at_ms AS "createdAtMs",
         waiting, dropped, failing_since_ms AS "failingSinceMs", old_secret_until_ms AS "oldSecretUntilMs"
       FROM webhook LEFT JOIN customer ON customer.customer_id = webhook.customer_id
       WHERE ${sql}${customer === undefined ? '' : ' AND customer.name = ?'}${webhookId === undefined ? '' : ' AND webhook_id = ?'}
       ORDER BY customer.name, webhook.created_at_ms, webhook_id`,
      ...[...parameters, customer, webhookId].filter((value): value is SqlValue => value !== undefined),
    )
    return rows.map(({ events, ...row }) => ({ ...row, events: events.split(' ') as EventType[] }))
  },
}

export interface Delivery {
  readonly messageId: string
  readonly type: string
  readonly payload: string
  readonly madeAtMs: number
  readonly state: 'waiting' | 'delivered' | 'failed'
  /** Of one that waits: when it is tried. */
  readonly nextMs: number
  readonly tries: number
  readonly triedAtMs: number | null
  readonly tookMs: number | null
  /** Of HTTP. */
  readonly status: number | null
  /** Why there was no answer. */
  readonly failure: OutsideFailure | null
}

interface Deliveries extends OneWebhook {
  readonly state: Delivery['state'] | undefined
  /** Older than this one. */
  readonly after: { readonly madeAtMs: number; readonly messageId: string } | undefined
  readonly limit: number
}

/** The newest first; undefined: there is no such webhook within reach. */
export const listDeliveries: Query<Deliveries, readonly Delivery[] | undefined> = {
  name: 'webhooks.deliveries',
  async run(reader, { reach, webhookId, state, after, limit }) {
    if ((await listWebhooks.run(reader, { reach, webhookId })).length === 0) return undefined
    const conditions = ['webhook_id = ?', ...(state === undefined ? [] : ['state = ?']), ...(after === undefined ? [] : ['(made_at_ms, message_id) < (?, ?)'])]
    return reader.all<Delivery & Record<string, never>>(
      `SELECT message_id AS "messageId", type, payload, made_at_ms AS "madeAtMs", state, next_ms AS "nextMs", tries, tried_at_ms AS "triedAtMs",
         took_ms AS "tookMs", status, failure FROM webhook_message
       WHERE ${conditions.join(' AND ')} ORDER BY made_at_ms DESC, message_id DESC LIMIT ?`,
      ...[webhookId, state, after?.madeAtMs, after?.messageId].filter((value) => value !== undefined),
      limit,
    )
  },
}

/** Who is told that a customer's webhook was switched off: its owners, by the address they sign in with. */
export const ownersOf: Query<{ readonly customerId: number }, readonly string[]> = {
  name: 'webhooks.owners',
  async run(reader, { customerId }) {
    const rows = await reader.all<{ name: string }>("SELECT name FROM person WHERE customer_id = ? AND role = 'owner' ORDER BY name LIMIT 20", customerId)
    return rows.map(({ name }) => name)
  },
}
