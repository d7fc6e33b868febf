import type { Recipient, SendingLimits } from '../directory/recipient.ts'
import type { Allowance, Shortage } from '../ephemeral/ephemeral.ts'
import type { AccountId } from '../mail/ids.ts'
import type { Reply } from '../mail/reply.ts'
import type { Door } from './dependencies.ts'
import type { Findings } from './findings.ts'
import type { Transaction } from './policy.ts'
import { replies } from './replies.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** What a message takes of what its mailbox may send. */
export interface Spending {
  readonly messages: number
  readonly recipients: number
  /** Those to whom it has never written. */
  readonly newRecipients: number
}

/** Of a transaction as it stands. */
export function spendingOf({ recipients, remote }: Transaction): Spending {
  const all = [...recipients, ...remote]
  return { messages: 1, recipients: all.length, newRecipients: all.filter(({ checks }) => checks.some(({ reason }) => reason === newRecipient)).length }
}

/** Reason of the check that each recipient gets. */
export const newRecipient = 'new recipient'

/** Takes what is needed, or says why there is not so much (SPEC C6, D4). `take` false: only looks. */
export async function spend(
  door: Door,
  { accountId, own }: { readonly accountId: AccountId; readonly own: Recipient },
  { spending, take }: { readonly spending: Spending; readonly take: boolean },
  findings: Findings,
): Promise<Reply | undefined> {
  const allowances = allowancesOf(accountId, own.settings.sending, spending)
  const shortage = await door.ephemeral.spend(allowances, take)
  if (shortage === undefined) return undefined
  const short = allowances.find(({ counter }) => counter === shortage.counter)
  if (short === undefined) throw new TypeError(`nobody asked for ${shortage.counter}`)
  findings.add({ check: 'sending-limits', result: 'wait', reason: short.counter, detail: detailOf(shortage, short.limit) })
  return replies.sendingLimit(short.counter, short.limit, shortage.freeAtMs)
}

/** The counters have the names of the settings. */
function allowancesOf(accountId: AccountId, limits: SendingLimits, { messages, recipients, newRecipients }: Spending) {
  const key = String(accountId)
  return [
    { counter: 'messages-per-hour', key, amount: messages, limit: limits.messagesPerHour, windowMs: hourMs },
    { counter: 'messages-per-day', key, amount: messages, limit: limits.messagesPerDay, windowMs: dayMs },
    { counter: 'recipients-per-hour', key, amount: recipients, limit: limits.recipientsPerHour, windowMs: hourMs },
    { counter: 'recipients-per-day', key, amount: recipients, limit: limits.recipientsPerDay, windowMs: dayMs },
    { counter: 'new-recipients-per-day', key, amount: newRecipients, limit: limits.newRecipientsPerDay, windowMs: dayMs },
  ] as const satisfies readonly Allowance[]
}

function detailOf({ freeAtMs }: Shortage, limit: number): string {
  return freeAtMs === undefined ? String(limit) : `${limit}, ${new Date(freeAtMs).toISOString()}`
}
