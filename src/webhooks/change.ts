import { eventFor, type EventType } from '../base/event-type.ts'
import type { Change, Reader, Transaction } from '../database/database.ts'
import { type AuditNote, directoryChange, refuse, type Step } from '../directory/change/change.ts'
import { planAllows } from '../directory/plan-features.ts'
import { customersWithin, type Reach } from '../directory/reach.ts'
import { maxWaiting, maxWebhooks, overlapMs, waitingKeptMs } from './limits.ts'
import { addMessage, expect, neverMs } from './spread.ts'

/** `asked`: somebody switched it off; `gone`: it answered 410; `failing`: nothing had arrived for days. */
export type WhyOff = 'asked' | 'gone' | 'failing'

interface NewWebhook {
  readonly webhookId: string
  /** Whose; undefined: the installation's. */
  readonly customer: string | undefined
  readonly url: string
  readonly description: string
  readonly events: readonly EventType[]
  /** Sealed. */
  readonly secret: string
}

export const addWebhook = directoryChange('webhook.add', async ({ tx, args, atMs }: Step<NewWebhook>) => {
  const { webhookId, url, description, events, secret } = args
  const customer = await customerNamed(tx, args.customer)
  if (customer === undefined) return refuse({ code: 'unknown', thing: 'customer', name: args.customer ?? '', near: undefined })
  const { customerId } = customer
  const denied = customerId === 0 ? undefined : await planAllows(tx, customerId, 'api')
  if (denied !== undefined) return refuse(denied)
  const beyond = beyondReach(events, customer)
  if (beyond !== undefined) return refuse({ code: 'unknown', thing: 'event', name: beyond, near: undefined })
  const count = await tx.get<{ count: number }>('SELECT COUNT(*) AS count FROM webhook WHERE customer_id = ?', customerId)
  if ((count?.count ?? 0) >= maxWebhooks) return refuse({ code: 'too-many', of: 'webhooks', limit: maxWebhooks, plan: undefined })
  await passOver(tx)
  await tx.run(
    'INSERT INTO webhook (webhook_id, customer_id, url, description, events, secret, created_at_ms, next_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ...[webhookId, customerId, url, description, events.join(' '), secret, atMs, neverMs],
  )
  return { done: { webhookId }, audit: { subject: originOf(url), detail: { id: webhookId, events }, customerId } }
})

/** One of the webhooks that somebody may see. */
export interface OneWebhook {
  readonly reach: Reach
  readonly webhookId: string
}

interface WebhookChange extends OneWebhook {
  readonly url?: string | undefined
  readonly description?: string | undefined
  readonly events?: readonly EventType[] | undefined
  readonly on?: boolean | undefined
}

/** Switched on again, it goes on with what waits; what happened meanwhile it is not told. */
export const setWebhook = directoryChange('webhook.set', async ({ tx, args }: Step<WebhookChange>) => {
  const found = await findWebhook(tx, args)
  if (found === undefined) return refuse(noWebhook(args))
  const beyond = beyondReach(args.events ?? [], found)
  if (beyond !== undefined) return refuse({ code: 'unknown', thing: 'event', name: beyond, near: undefined })
  const { webhookId, url = found.url, description = found.description, events, on } = args
  const why: WhyOff | null = on === undefined ? found.offWhy : on ? null : (found.offWhy ?? 'asked')
  if (on === true) await passOver(tx)
  await tx.run(
    'UPDATE webhook SET url = ?, description = ?, events = ?, off_why = ?, failing_since_ms = CASE WHEN ? = 1 THEN NULL ELSE failing_since_ms END WHERE webhook_id = ?',
    ...[url, description, events?.join(' ') ?? found.events, why, on === true || url !== found.url ? 1 : 0, webhookId],
  )
  await reckonNext(tx, webhookId)
  return { done: { webhookId }, audit: auditOf(found, { url: args.url && originOf(url), events, on }) }
})

export const removeWebhook = directoryChange('webhook.remove', async ({ tx, args }: Step<OneWebhook>) => {
  const found = await findWebhook(tx, args)
  if (found === undefined) return refuse(noWebhook(args))
  await forget(tx, 'SELECT webhook_id FROM webhook WHERE webhook_id = ?', args.webhookId)
  return { done: { webhookId: args.webhookId }, audit: auditOf(found) }
})

/** The secret that it had signs beside the new one for a while. */
export const rotateSecret = directoryChange('webhook.rotate', async ({ tx, args, atMs }: Step<OneWebhook & { readonly secret: string }>) => {
  const found = await findWebhook(tx, args)
  if (found === undefined) return refuse(noWebhook(args))
  const untilMs = atMs + overlapMs
  await tx.run('UPDATE webhook SET old_secret = secret, old_secret_until_ms = ?, secret = ? WHERE webhook_id = ?', untilMs, args.secret, args.webhookId)
  return { done: { webhookId: args.webhookId, oldUntilMs: untilMs }, audit: auditOf(found) }
})

/** By the server, for the webhook's own fault. What waits is kept. */
export const switchOff = directoryChange('webhook.off', async ({ tx, args }: Step<{ readonly webhookId: string; readonly why: WhyOff }>) => {
  const found = await findWebhook(tx, { reach: { kind: 'all' }, webhookId: args.webhookId })
  if (found === undefined || found.offWhy !== null) return refuse(noWebhook(args))
  await tx.run('UPDATE webhook SET off_why = ?, next_ms = ? WHERE webhook_id = ?', args.why, neverMs, args.webhookId)
  return { done: { customerId: found.customerId, url: found.url }, audit: auditOf(found, { why: args.why }) }
})

/** A message that says nothing, to see whether it arrives. Undefined: there is no such webhook; `off`: it gets none; `full`: too many wait. */
export const testWebhook: Change<OneWebhook & { readonly key: string; readonly atMs: number }, { readonly messageId: string } | 'off' | 'full' | undefined> = {
  name: 'webhooks.test',
  durable: true,
  async run(tx, { key, atMs, ...one }) {
    const found = await findWebhook(tx, one)
    if (found === undefined) return undefined
    if (found.offWhy !== null) return 'off'
    if (found.waiting >= maxWaiting) return 'full'
    const { webhookId } = one
    return { messageId: await addMessage(tx, { webhookId, key, type: 'webhook.test', atMs, data: { webhook: webhookId } }) }
  },
}

/** The same message again, now. `unknown`: there is no such message. */
export const resendMessage: Change<OneWebhook & { readonly messageId: string; readonly atMs: number }, 'sent' | 'off' | 'unknown' | undefined> = {
  name: 'webhooks.resend',
  durable: true,
  async run(tx, { messageId, atMs, ...one }) {
    const found = await findWebhook(tx, one)
    if (found === undefined) return undefined
    if (found.offWhy !== null) return 'off'
    const { webhookId } = one
    const again = await tx.run(
      "UPDATE webhook_message SET state = 'waiting', tries = 0, next_ms = ?, leased = 0 WHERE message_id = ? AND webhook_id = ? AND state <> 'waiting'",
      ...[atMs, messageId, webhookId],
    )
    if (again > 0) await expect(tx, webhookId, atMs)
    // One that waits for its next try, and is not on its way.
    else if ((await tx.run('UPDATE webhook_message SET next_ms = ? WHERE message_id = ? AND webhook_id = ? AND leased = 0', atMs, messageId, webhookId)) > 0)
      await reckonNext(tx, webhookId)
    else if ((await tx.get('SELECT 1 AS one FROM webhook_message WHERE message_id = ? AND webhook_id = ?', messageId, webhookId)) === undefined)
      return 'unknown'
    return 'sent'
  },
}

/** Rows removed in one transaction. */
const rowsPerStep = 500

/** What is old goes, and webhooks of customers that are no more. true: there is more. */
export const pruneWebhooks: Change<{ readonly beforeMs: number; readonly nowMs: number }, boolean> = {
  name: 'webhooks.prune',
  durable: false,
  async run(tx, { beforeMs, nowMs }) {
    await forget(tx, 'SELECT webhook_id FROM webhook WHERE customer_id <> 0 AND customer_id NOT IN (SELECT customer_id FROM customer)')
    let gone = 0
    for (const [state, olderMs] of [
      ['delivered', beforeMs],
      ['failed', beforeMs],
      ['waiting', nowMs - waitingKeptMs],
    ] as const) {
      const rows = await tx.all<{ webhook_id: string }>(
        `DELETE FROM webhook_message WHERE message_id IN (SELECT message_id FROM webhook_message WHERE state = ? AND made_at_ms < ? LIMIT ${rowsPerStep})
         RETURNING webhook_id`,
        ...[state, olderMs],
      )
      gone = Math.max(gone, rows.length)
      if (state === 'waiting') for (const { webhook_id: id } of rows) await tx.run('UPDATE webhook SET waiting = waiting - 1 WHERE webhook_id = ?', id)
    }
    await tx.run('UPDATE webhook SET old_secret = NULL, old_secret_until_ms = NULL WHERE old_secret_until_ms < ?', nowMs)
    return gone === rowsPerStep
  },
}

/** What is in the audit log now is nobody's to be told of: nobody listens. */
async function passOver(tx: Transaction): Promise<void> {
  await tx.run(
    `UPDATE webhook_cursor SET audit_id = COALESCE((SELECT MAX(audit_id) FROM audit), audit_id)
     WHERE NOT EXISTS (SELECT 1 FROM webhook WHERE off_why IS NULL)`,
  )
}

/** When the first of its messages is due. */
export async function reckonNext(tx: Transaction, webhookId: string): Promise<void> {
  await tx.run(
    `UPDATE webhook SET next_ms = CASE WHEN off_why IS NOT NULL THEN ? ELSE
       COALESCE((SELECT MIN(next_ms) FROM webhook_message WHERE webhook_message.webhook_id = webhook.webhook_id AND state = 'waiting'), ?) END WHERE webhook_id = ?`,
    ...[neverMs, neverMs, webhookId],
  )
}

async function forget(tx: Transaction, webhooks: string, ...parameters: readonly string[]): Promise<void> {
  await tx.run(`DELETE FROM webhook_message WHERE webhook_id IN (${webhooks})`, ...parameters)
  await tx.run(`DELETE FROM webhook WHERE webhook_id IN (${webhooks})`, ...parameters)
}

interface Found {
  readonly customerId: number
  readonly isReseller: boolean
  readonly url: string
  readonly description: string
  readonly events: string
  readonly offWhy: WhyOff | null
  readonly waiting: number
}

/** Within reach: the installation's are operators'. */
async function findWebhook(reader: Reader, { reach, webhookId }: OneWebhook): Promise<Found | undefined> {
  const { sql, parameters } = customersWithin(reach)
  const row = await reader.get<Omit<Found, 'isReseller'> & { isReseller: number | null }>(
    `SELECT webhook.customer_id AS "customerId", customer.is_reseller AS "isReseller", url, description, events, off_why AS "offWhy", waiting
     FROM webhook LEFT JOIN customer ON customer.customer_id = webhook.customer_id WHERE webhook_id = ? AND ${sql}`,
    webhookId,
    ...parameters,
  )
  return row && { ...row, isReseller: row.isReseller === 1 }
}

async function customerNamed(reader: Reader, name: string | undefined): Promise<Pick<Found, 'customerId' | 'isReseller'> | undefined> {
  if (name === undefined) return { customerId: 0, isReseller: false }
  const row = await reader.get<{ customer_id: number; is_reseller: number }>('SELECT customer_id, is_reseller FROM customer WHERE name = ?', name)
  return row && { customerId: row.customer_id, isReseller: row.is_reseller === 1 }
}

/** The first of them that it cannot be told of. */
function beyondReach(events: readonly EventType[], { customerId, isReseller }: Pick<Found, 'customerId' | 'isReseller'>): EventType | undefined {
  if (customerId === 0) return undefined
  return events.find((type) => eventFor(type) === 'operators' || (eventFor(type) === 'resellers' && !isReseller))
}

function noWebhook({ webhookId }: { readonly webhookId: string }) {
  return { code: 'unknown', thing: 'webhook', name: webhookId, near: undefined } as const
}

function auditOf({ url, customerId }: Found, detail: Readonly<Record<string, unknown>> = {}): AuditNote {
  return { subject: originOf(url), detail, customerId }
}

/** Without path and query, which may hold a key. */
function originOf(url: string): string {
  return new URL(url).origin
}
