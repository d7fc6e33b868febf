import { type Address, addressKey, formatAddress } from '../../mail/address.ts'
import type { Reader } from '../../database/database.ts'
import { planAllows, planAllowsAt } from '../plan-features.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { type AddressRow, customerOf, type Found, findAddress, findDomain, rowAddress } from './find.ts'
import { freeAddress, insertAddress } from './new-address.ts'

interface NewPointer {
  readonly address: Address
  readonly kind: 'forward' | 'list' | 'alias'
  readonly targets: readonly Address[]
}

/** Recipients of one list: SPEC names no number; past this, a list is a mailing-list manager's job. */
const maxTargets = 1000
/** Of one mailbox that forwards: for more there are lists. */
const maxForwards = 20

export const addPointer = directoryChange('pointer.add', async (step: Step<NewPointer>) => {
  const { args } = step
  if (args.kind !== 'list' && args.targets.length !== 1) return refuse({ code: 'one-target', thing: args.kind })
  const domain = await freeAddress(step, args.address)
  if (domain.refused !== undefined) return domain
  const denied = await notInPlan(step, domain.row.customer_id)
  if (denied !== undefined) return refuse(denied)
  const targets = await findTargets(step, args.targets, domain.row.customer_id, args.kind === 'alias')
  if (targets.refused !== undefined) return targets
  if (targets.row.elsewhere.size > 0) {
    const elsewhere = await planAllows(step.tx, domain.row.customer_id, 'forwarding-elsewhere')
    if (elsewhere !== undefined) return refuse(elsewhere)
  }
  const addressId = await insertAddress(step, args.address, domain.row.domain_id, args.kind, null)
  await writeTargets(step, addressId, targets.row)
  const address = formatAddress(args.address)
  const names = args.targets.map(formatAddress)
  return { done: { addressId, address, kind: args.kind, targets: names }, audit: { subject: address, detail: { kind: args.kind, targets: names } } }
})

/** Whether the kind of address, or the catch-all, is one that the plan does not allow. */
async function notInPlan({ tx, args }: Step<NewPointer>, customerId: number): Promise<DirectoryRefusal | undefined> {
  const list = args.kind === 'list' ? await planAllows(tx, customerId, 'lists') : undefined
  return list ?? (args.address.localPart === '*' ? await planAllows(tx, customerId, 'catch-all') : undefined)
}

/** Adds to and removes from a list's targets; a forward or alias gets a new one with `add` alone. */
export const changeTargets = directoryChange(
  'pointer.targets',
  async (
    step: Step<{
      readonly address: Address
      readonly kind: 'forward' | 'list' | 'alias'
      readonly add: readonly Address[]
      readonly remove: readonly Address[]
    }>,
  ) => {
    const { tx, args } = step
    const pointer = await findAddress(tx, args.address, args.kind)
    if (pointer.refused !== undefined) return pointer
    const customerId = (await customerOf(tx, pointer.row)) ?? 0
    const adding = await findTargets(step, args.add, customerId, args.kind === 'alias')
    if (adding.refused !== undefined) return adding
    const denied = adding.row.elsewhere.size === 0 ? undefined : await planAllowsAt(tx, pointer.row, 'forwarding-elsewhere')
    if (denied !== undefined) return refuse(denied)
    const name = formatAddress(args.address)
    const { address_id: addressId } = pointer.row
    // One target only: the new one takes the old one's place.
    const targets = args.kind === 'list' || args.add.length === 0 ? await targetsOf(tx, addressId) : noTargets()
    for (const id of adding.row.here) targets.here.add(id)
    for (const [key, address] of adding.row.elsewhere) if (!targets.elsewhere.has(key)) targets.elsewhere.set(key, address)
    for (const address of args.remove) {
      if (targets.elsewhere.delete(addressKey(address))) continue
      const row = await findAddress(tx, address)
      if (row.refused === undefined) targets.here.delete(row.row.address_id)
      else if ((await findDomain(tx, address.domain)).row?.customer_id === customerId) return row
    }
    const number = targets.here.size + targets.elsewhere.size
    if (number === 0) return refuse({ code: 'last-target', name })
    if (args.kind !== 'list' && number > 1) return refuse({ code: 'one-target', thing: args.kind })
    if (number > maxTargets) return refuse({ code: 'too-many', of: 'targets', limit: maxTargets, plan: undefined })
    const loop = await leadsBack(step, addressId, adding.row.here)
    if (loop !== undefined) return refuse({ code: 'target-loop', name, target: loop })
    await writeTargets(step, addressId, targets)
    return {
      done: { address: name, added: args.add.map(formatAddress), removed: args.remove.map(formatAddress) },
      audit: { subject: name, detail: { add: args.add.map(formatAddress), remove: args.remove.map(formatAddress) } },
    }
  },
)

/** A mailbox sends on what it gets, and keeps a copy or does not. Without targets it ends that. */
export const forwardMailbox = directoryChange(
  'mailbox.forward',
  async (step: Step<{ readonly address: Address; readonly targets: readonly Address[]; readonly keepCopy: boolean }>) => {
    const { tx, args } = step
    const mailbox = await findAddress(tx, args.address, 'mailbox')
    if (mailbox.refused !== undefined) return mailbox
    if (args.targets.length > maxForwards) return refuse({ code: 'too-many', of: 'targets', limit: maxForwards, plan: undefined })
    const targets = await findTargets(step, args.targets, (await customerOf(tx, mailbox.row)) ?? 0)
    if (targets.refused !== undefined) return targets
    const denied = targets.row.elsewhere.size === 0 ? undefined : await planAllowsAt(tx, mailbox.row, 'forwarding-elsewhere')
    if (denied !== undefined) return refuse(denied)
    const name = formatAddress(args.address)
    const { address_id: addressId } = mailbox.row
    const loop = await leadsBack(step, addressId, targets.row.here)
    if (loop !== undefined) return refuse({ code: 'target-loop', name, target: loop })
    await writeTargets(step, addressId, targets.row)
    await tx.run('UPDATE address SET keep_copy = ? WHERE address_id = ?', args.targets.length === 0 ? null : args.keepCopy ? 1 : 0, addressId)
    const detail = { targets: args.targets.map(formatAddress), keepCopy: args.keepCopy }
    return { done: { address: name, ...detail }, audit: { subject: name, detail } }
  },
)

/** Targets of one address: ids of those that are ours, and people at other servers by their key. */
interface Targets {
  readonly here: Set<number>
  readonly elsewhere: Map<string, Address>
}

function noTargets(): Targets {
  return { here: new Set(), elsewhere: new Map() }
}

/**
 * Each once, for an address of this customer. An alias is another name of an address that is here: it opens the mailbox, so another
 * customer's is to them as if it were elsewhere.
 */
async function findTargets({ tx }: Step<unknown>, addresses: readonly Address[], customerId: number, isAlias = false): Promise<Found<Targets>> {
  if (addresses.length > maxTargets) return refuse({ code: 'too-many', of: 'targets', limit: maxTargets, plan: undefined })
  const targets = noTargets()
  for (const address of addresses) {
    const domain = await findDomain(tx, address.domain)
    if (isAlias && domain.row?.customer_id !== customerId) return refuse({ code: 'target-elsewhere', name: formatAddress(address) })
    if (domain.refused !== undefined) {
      targets.elsewhere.set(addressKey(address), address)
      continue
    }
    const row = await findAddress(tx, address)
    if (row.refused === undefined) targets.here.add(row.row.address_id)
    else if (domain.row.customer_id === customerId) return row
    // Whether another customer has such an address is nobody's business: mail will tell, as it does of other servers.
    else targets.elsewhere.set(addressKey(address), address)
  }
  return { row: targets }
}

async function targetsOf(reader: Reader, addressId: number): Promise<Targets> {
  const here = await reader.all<{ target_id: number }>('SELECT target_id FROM address_target WHERE address_id = ?', addressId)
  const elsewhere = await reader.all<Pick<AddressRow, 'key' | 'local_part'>>('SELECT key, local_part FROM remote_target WHERE address_id = ?', addressId)
  return { here: new Set(here.map((row) => row.target_id)), elsewhere: new Map(elsewhere.map((row) => [row.key, rowAddress(row)])) }
}

/** These and no others. Who stays keeps its id. */
async function writeTargets(step: Step<unknown>, addressId: number, { here, elsewhere }: Targets): Promise<void> {
  const { tx } = step
  const before = await targetsOf(tx, addressId)
  for (const id of before.here) if (!here.has(id)) await tx.run('DELETE FROM address_target WHERE address_id = ? AND target_id = ?', addressId, id)
  for (const id of here) if (!before.here.has(id)) await tx.run('INSERT INTO address_target (address_id, target_id) VALUES (?, ?)', addressId, id)
  for (const key of before.elsewhere.keys()) if (!elsewhere.has(key)) await tx.run('DELETE FROM remote_target WHERE address_id = ? AND key = ?', addressId, key)
  for (const [key, { localPart }] of elsewhere) {
    if (before.elsewhere.has(key)) continue
    const remoteId = await step.nextId('remote-target')
    await tx.run('INSERT INTO remote_target (remote_id, address_id, key, local_part) VALUES (?, ?, ?, ?)', remoteId, addressId, key, localPart)
  }
}

/** The first of `starts` from which targets lead to `addressId`, as text. */
async function leadsBack({ tx }: Step<unknown>, addressId: number, starts: Iterable<number>): Promise<string | undefined> {
  for (const start of starts) {
    const seen = new Set<number>()
    const open = [start]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (id === addressId) {
        const row = await tx.get<AddressRow>('SELECT * FROM address WHERE address_id = ?', start)
        return row === undefined ? '' : formatAddress(rowAddress(row))
      }
      if (seen.has(id)) continue
      seen.add(id)
      const next = await tx.all<{ target_id: number }>('SELECT target_id FROM address_target WHERE address_id = ?', id)
      open.push(...next.map((row) => row.target_id))
    }
  }
  return undefined
}
