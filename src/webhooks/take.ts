import type { Change, Query, Transaction } from '../database/database.ts'
import type { OutsideFailure } from '../outside/outside.ts'
import { reckonNext } from './change.ts'
import { maxInFlight } from './limits.ts'
import { neverMs } from './spread.ts'

/** A message that this node is to send now. */
export interface Taken {
  readonly messageId: string
  readonly webhookId: string
  readonly payload: string
  readonly madeAtMs: number
  /** Before this one. */
  readonly tries: number
  readonly url: string
  /** Sealed; the newest first. */
  readonly secrets: readonly string[]
}

export interface TakeArguments {
  readonly node: number
  readonly nowMs: number
  readonly leaseMs: number
  readonly limit: number
  /** Requests under way, by webhook. */
  readonly inFlight: Readonly<Record<string, number>>
}

/**
 * Leases what is due, as the queue does (queue/take.ts): a webhook's row is taken first, by a change that only one of several nodes can make. Not durable:
 * whose lease a power cut takes back is sent again.
 */
export const takeMessages: Change<TakeArguments, readonly Taken[]> = {
  name: 'webhooks.take',
  durable: false,
  async run(tx, { node, nowMs, leaseMs, limit, inFlight }) {
    const taken: Taken[] = []
    const full = fullOnes(inFlight)
    const due = await tx.all<{ webhook_id: string }>(
      `SELECT webhook_id FROM webhook WHERE next_ms <= ? ${notAmong(full)} ORDER BY next_ms LIMIT ?`,
      ...[nowMs, ...full, limit],
    )
    for (const { webhook_id: webhookId } of due) {
      const room = Math.min(limit - taken.length, maxInFlight - (inFlight[webhookId] ?? 0))
      if (room <= 0) break
      const webhook = await tx.get<WebhookRow>(
        'UPDATE webhook SET next_ms = ? WHERE webhook_id = ? AND next_ms <= ? RETURNING url, secret, old_secret, old_secret_until_ms',
        ...[neverMs, webhookId, nowMs],
      )
      if (webhook === undefined) continue
      const rows = await tx.all<{ message_id: string; payload: string; made_at_ms: number; tries: number }>(
        `UPDATE webhook_message SET next_ms = ?, leased = ? WHERE message_id IN
           (SELECT message_id FROM webhook_message WHERE webhook_id = ? AND state = 'waiting' AND next_ms <= ? ORDER BY next_ms LIMIT ?)
         RETURNING message_id, payload, made_at_ms, tries`,
        ...[nowMs + leaseMs, node, webhookId, nowMs, room],
      )
      await reckonNext(tx, webhookId)
      const { url, secret, old_secret: old, old_secret_until_ms: oldUntilMs } = webhook
      const secrets = old === null || (oldUntilMs ?? 0) <= nowMs ? [secret] : [secret, old]
      taken.push(
        ...rows.map((row) => ({
          ...{ messageId: row.message_id, webhookId, payload: row.payload, madeAtMs: row.made_at_ms, tries: row.tries },
          ...{ url, secrets },
        })),
      )
    }
    return taken
  },
}

interface WebhookRow {
  url: string
  secret: string
  old_secret: string | null
  old_secret_until_ms: number | null
}

function fullOnes(inFlight: Readonly<Record<string, number>>): readonly string[] {
  return Object.keys(inFlight).filter((webhookId) => (inFlight[webhookId] ?? 0) >= maxInFlight)
}

function notAmong(webhookIds: readonly string[]): string {
  return webhookIds.length === 0 ? '' : `AND webhook_id NOT IN (${webhookIds.map(() => '?').join(', ')})`
}

/** What a try came to. `nextMs` undefined: it was the last one. */
export interface Settled {
  readonly node: number
  readonly messageId: string
  readonly webhookId: string
  readonly isDelivered: boolean
  readonly nextMs: number | undefined
  readonly atMs: number
  readonly tookMs: number
  readonly status: number | undefined
  readonly failure: OutsideFailure | undefined
}

/** Resolves to since when nothing has arrived there; undefined: that is not so, or somebody else has the message. */
export const settleMessage: Change<Settled, number | undefined> = {
  name: 'webhooks.settle',
  durable: false,
  async run(tx, { node, messageId, webhookId, isDelivered, nextMs, atMs, tookMs, status, failure }) {
    // Before the message, as who takes.
    await tx.run('UPDATE webhook SET waiting = waiting WHERE webhook_id = ?', webhookId)
    const waits = !isDelivered && nextMs !== undefined
    const mine = await tx.run(
      `UPDATE webhook_message SET state = ?, next_ms = ?, leased = 0, tries = tries + 1, tried_at_ms = ?, took_ms = ?, status = ?, failure = ?
       WHERE message_id = ? AND leased = ? AND state = 'waiting'`,
      ...[isDelivered ? 'delivered' : waits ? 'waiting' : 'failed', nextMs ?? 0, atMs, tookMs, status ?? null, failure ?? null, messageId, node],
    )
    if (mine === 0) return undefined
    const row = await tx.get<{ failing_since_ms: number | null }>(
      `UPDATE webhook SET waiting = waiting - ?, failing_since_ms = ${isDelivered ? 'NULL' : 'COALESCE(failing_since_ms, ?)'} WHERE webhook_id = ? RETURNING failing_since_ms`,
      ...[waits ? 0 : 1, ...(isDelivered ? [] : [atMs]), webhookId],
    )
    await reckonNext(tx, webhookId)
    return row?.failing_since_ms ?? undefined
  },
}

/** Ends the leases of a node that begins: whoever held them is dead. */
export const freeMessages: Change<{ readonly node: number; readonly nowMs: number }, undefined> = {
  name: 'webhooks.free',
  durable: false,
  async run(tx, { node, nowMs }) {
    const rows = await tx.all<{ webhook_id: string }>(
      'UPDATE webhook_message SET next_ms = ?, leased = 0 WHERE leased = ? AND leased <> 0 RETURNING webhook_id',
      ...[nowMs, node],
    )
    await reckonAll(tx, rows)
    return undefined
  },
}

async function reckonAll(tx: Transaction, rows: readonly { readonly webhook_id: string }[]): Promise<void> {
  for (const webhookId of new Set(rows.map((row) => row.webhook_id))) await reckonNext(tx, webhookId)
}

/** When there is something to do. */
export const nextMessageQuery: Query<
  { readonly inFlight: Readonly<Record<string, number>> },
  { readonly dueMs: number | undefined; readonly isAuditNew: boolean }
> = {
  name: 'webhooks.next',
  async run(reader, { inFlight }) {
    const full = fullOnes(inFlight)
    const next = await reader.get<{ next_ms: number | null }>(`SELECT MIN(next_ms) AS next_ms FROM webhook WHERE 1 = 1 ${notAmong(full)}`, ...full)
    const dueMs = next?.next_ms ?? neverMs
    const audit = await reader.get<{ is_new: number }>(
      `SELECT 1 AS is_new WHERE (SELECT MAX(audit_id) FROM audit) > (SELECT audit_id FROM webhook_cursor)
         AND EXISTS (SELECT 1 FROM webhook WHERE off_why IS NULL)`,
    )
    return { dueMs: dueMs === neverMs ? undefined : dueMs, isAuditNew: audit?.is_new === 1 }
  },
}
