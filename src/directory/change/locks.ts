import { type Address, formatAddress } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { findAddress, findNamed } from './find.ts'
import { revoke, revokeAllOf } from './revocation.ts'

/** SPEC E6. `whole`: nobody signs in, mail is taken or put off as the lock says, nothing is sent. `sending`: it only sends nothing. */
export type LockKind = 'whole' | 'sending'
export type LockScope = 'account' | 'customer'

export interface Lock {
  readonly kind: LockKind
  /** null: the lock ends. */
  readonly reason: string | null
  /** When it ends by itself; undefined: when somebody ends it. */
  readonly untilMs?: number | undefined
  /** Mail that comes meanwhile is taken (true), or senders are told to try again. Of a whole lock. */
  readonly takesMail?: boolean | undefined
}

/** What is locked now. `held`: why what waits to be sent is to be held; null: it may go. */
interface Locked {
  readonly held: string | null
}

export const lockMailbox = directoryChange('mailbox.lock', async (step: Step<{ readonly address: Address } & Lock>) => {
  const mailbox = await findAddress(step.tx, step.args.address, 'mailbox')
  if (mailbox.refused !== undefined) return mailbox
  const accountId = (mailbox.row.account_id ?? 0) as AccountId
  const locked = await put(step, 'account', accountId)
  if (endsSessions(step.args)) await revoke(step, accountId)
  const address = formatAddress(step.args.address)
  return { done: { address, accountId, ...locked }, audit: { subject: address, detail: detailOf(step.args) } }
})

/** A mailbox's own lock stays when its customer's goes. */
export const lockCustomer = directoryChange('customer.lock', async (step: Step<{ readonly customer: string } & Lock>) => {
  const customer = await findNamed<{ customer_id: number; name: string }>(step.tx, 'customer', step.args.customer)
  if (customer.refused !== undefined) return customer
  const { customer_id: customerId, name } = customer.row
  const locked = await put(step, 'customer', customerId)
  if (endsSessions(step.args)) await revokeAllOf(step, customerId)
  return { done: { name, customerId, ...locked }, audit: { subject: name, detail: detailOf(step.args), customerId } }
})

export interface LockPlace {
  readonly scope: LockScope
  readonly ownerId: number
  readonly kind: LockKind
}

/** Its time is over. Refused where it was made longer in the meantime, or is gone. */
export const endLock = directoryChange('lock.end', async (step: Step<LockPlace & { readonly name: string }>) => {
  const { tx, args, atMs } = step
  const due = await tx.get(
    'SELECT 1 AS one FROM lock_note WHERE scope = ? AND owner_id = ? AND kind = ? AND until_ms <= ?',
    args.scope,
    args.ownerId,
    args.kind,
    atMs,
  )
  if (due === undefined) return refuse({ code: 'unknown', thing: args.scope === 'account' ? 'mailbox' : 'customer', name: args.name, near: undefined })
  const locked = await put({ ...step, args: { kind: args.kind, reason: null } }, args.scope, args.ownerId)
  const audit = { subject: args.name, detail: { kind: args.kind }, ...(args.scope === 'customer' && { customerId: args.ownerId }) }
  return { done: locked, audit }
})

/** Of a mailbox or customer that is removed. */
export async function forgetLocks({ tx }: Pick<Step<unknown>, 'tx'>, scope: LockScope, ownerId: number): Promise<void> {
  await tx.run('DELETE FROM lock_note WHERE scope = ? AND owner_id = ?', scope, ownerId)
}

async function put({ tx, args, actor, atMs }: Step<Lock>, scope: LockScope, ownerId: number): Promise<Locked> {
  const { kind, reason, untilMs, takesMail } = args
  if (kind === 'sending') await tx.run(`UPDATE ${scope} SET sending_locked_reason = ? WHERE ${scope}_id = ?`, reason, ownerId)
  else await tx.run(`UPDATE ${scope} SET locked_reason = ?, locked_takes_mail = ? WHERE ${scope}_id = ?`, reason, takesMail === true ? 1 : 0, ownerId)
  await tx.run('DELETE FROM lock_note WHERE scope = ? AND owner_id = ? AND kind = ?', scope, ownerId, kind)
  if (reason !== null) {
    await tx.run(
      'INSERT INTO lock_note (scope, owner_id, kind, actor, at_ms, until_ms) VALUES (?, ?, ?, ?, ?, ?)',
      scope,
      ownerId,
      kind,
      actor,
      atMs,
      untilMs ?? null,
    )
  }
  const row = await tx.get<{ held: string | null }>(
    `SELECT COALESCE(sending_locked_reason, locked_reason) AS held FROM ${scope} WHERE ${scope}_id = ?`,
    ownerId,
  )
  return { held: row?.held ?? null }
}

function endsSessions({ kind, reason }: Lock): boolean {
  return kind === 'whole' && reason !== null
}

function detailOf({ kind, reason, untilMs, takesMail }: Lock): Readonly<Record<string, unknown>> {
  return { kind, reason, until: untilMs === undefined ? undefined : new Date(untilMs).toISOString(), mail: takesMail === true ? 'accept' : undefined }
}
