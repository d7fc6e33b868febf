import { endLock, type Lock, lockCustomer, lockMailbox, type LockKind } from '../../directory/change/locks.ts'
import { listLocks, locksDue } from '../../directory/query/locks.ts'
import { change, type OperationContext } from '../context.ts'
import { holdWith } from '../hold-with.ts'
import type { Operations } from '../operation.ts'
import { reachOf } from '../principal.ts'
import { readAddress, readName, readUntil } from '../reading.ts'
import { actorFor } from './audit.ts'

const locksShown = 1000
/** Ended in one round. */
const locksAtOnce = 100

type Names =
  | 'mailbox.lock'
  | 'mailbox.unlock'
  | 'address.lock-sending'
  | 'address.unlock-sending'
  | 'customer.lock'
  | 'customer.unlock'
  | 'customer.lock-sending'
  | 'customer.unlock-sending'
  | 'lock.list'

/** Mailboxes and customers that are kept from what they do (SPEC E6). */
export const lockOperations: Operations<Names> = {
  'mailbox.lock': async (context, { address, ...input }) => ({ address: await mailbox(context, address, given(context, 'whole', input)) }),
  'mailbox.unlock': async (context, { address }) => ({ address: await mailbox(context, address, none('whole')) }),
  'address.lock-sending': async (context, { address, ...input }) => ({ address: await mailbox(context, address, given(context, 'sending', input)) }),
  'address.unlock-sending': async (context, { address }) => ({ address: await mailbox(context, address, none('sending')) }),
  'customer.lock': async (context, { name, ...input }) => ({ name: await customer(context, name, given(context, 'whole', input)) }),
  'customer.unlock': async (context, { name }) => ({ name: await customer(context, name, none('whole')) }),
  'customer.lock-sending': async (context, { name, ...input }) => ({ name: await customer(context, name, given(context, 'sending', input)) }),
  'customer.unlock-sending': async (context, { name }) => ({ name: await customer(context, name, none('sending')) }),

  async 'lock.list'({ directory, principal }) {
    const locks = await directory.query(listLocks, { reach: reachOf(principal), limit: locksShown })
    return {
      locks: locks.map(({ scope, name, kind, reason, takesMail, actor, atMs, untilMs }) => ({
        ...{ what: scope === 'account' ? ('mailbox' as const) : scope, name, kind, reason },
        ...{ mail: takesMail ? ('accept' as const) : ('defer' as const), by: actorFor(principal, actor) },
        ...{ since: new Date(atMs).toISOString(), until: untilMs === undefined ? null : new Date(untilMs).toISOString() },
      })),
    }
  },
}

/** Ends locks whose time is over, and lets go what was held because of them. true: there are more. */
export async function endLocks(context: Pick<OperationContext, 'directory' | 'queue' | 'clock'>): Promise<boolean> {
  const due = await context.directory.query(locksDue, { nowMs: context.clock.now(), limit: locksAtOnce })
  for (const { scope, ownerId, kind, name } of due) {
    const { done } = await context.directory.change(endLock, 'schedule', { scope, ownerId, kind, name })
    if (done === undefined) continue
    await holdWith(context, scope === 'account' ? { kind: 'mailbox', accountId: ownerId } : { kind: 'customer', customerId: ownerId }, done.held)
  }
  return due.length === locksAtOnce
}

interface Given {
  readonly reason: string
  readonly until?: string | undefined
  readonly mail?: 'accept' | 'defer' | undefined
}

function given({ clock }: OperationContext, kind: LockKind, { reason, until, mail }: Given): Lock {
  return { kind, reason, untilMs: until === undefined ? undefined : readUntil('until', until, clock.now()), takesMail: mail === 'accept' }
}

function none(kind: LockKind): Lock {
  return { kind, reason: null }
}

async function mailbox(context: OperationContext, address: string, lock: Lock): Promise<string> {
  const done = await change(context, lockMailbox, { address: readAddress('address', address), ...lock }, () => 'address')
  await holdWith(context, { kind: 'mailbox', accountId: done.accountId }, done.held)
  return done.address
}

async function customer(context: OperationContext, name: string, lock: Lock): Promise<string> {
  const done = await change(context, lockCustomer, { customer: readName('name', name), ...lock }, () => 'name')
  await holdWith(context, { kind: 'customer', customerId: done.customerId }, done.held)
  return done.name
}
