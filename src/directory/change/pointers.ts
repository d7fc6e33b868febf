import { type Address, formatAddress } from '../../mail/address.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { type AddressRow, type Found, findAddress, findDomain, rowAddress } from './find.ts'
import { freeAddress, insertAddress } from './new-address.ts'

interface NewPointer {
  readonly address: Address
  readonly kind: 'forward' | 'list' | 'alias'
  readonly targets: readonly Address[]
}

/** Recipients of one list: SPEC names no number; past this, a list is a mailing-list manager's job. */
const maxTargets = 1000

export const addPointer = directoryChange('pointer.add', async (step: Step<NewPointer>) => {
  const { args } = step
  if (args.kind !== 'list' && args.targets.length !== 1) return refuse({ code: 'one-target', thing: args.kind })
  const domain = await freeAddress(step, args.address)
  if (domain.refused !== undefined) return domain
  const targets = await findTargets(step, args.targets)
  if (targets.refused !== undefined) return targets
  const addressId = await insertAddress(step, args.address, domain.row.domain_id, args.kind, null)
  await insertTargets(step, addressId, targets.row)
  const address = formatAddress(args.address)
  const names = args.targets.map(formatAddress)
  return { done: { addressId, address, kind: args.kind, targets: names }, audit: { subject: address, detail: { kind: args.kind, targets: names } } }
})

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
    const adding = await findTargets(step, args.add)
    if (adding.refused !== undefined) return adding
    const removing = await findTargets(step, args.remove)
    if (removing.refused !== undefined) return removing
    const name = formatAddress(args.address)
    const { address_id: addressId } = pointer.row
    const rows = await tx.all<{ target_id: number }>('SELECT target_id FROM address_target WHERE address_id = ?', addressId)
    // One target only: the new one takes the old one's place.
    const old = args.kind === 'list' || adding.row.length === 0 ? rows.map((row) => row.target_id) : []
    const targets = new Set([...old, ...adding.row].filter((id) => !removing.row.includes(id)))
    if (targets.size === 0) return refuse({ code: 'last-target', name })
    if (args.kind !== 'list' && targets.size > 1) return refuse({ code: 'one-target', thing: args.kind })
    if (targets.size > maxTargets) return refuse({ code: 'too-many', of: 'targets', limit: maxTargets, plan: undefined })
    const loop = await leadsBack(step, addressId, adding.row)
    if (loop !== undefined) return refuse({ code: 'target-loop', name, target: loop })
    await tx.run('DELETE FROM address_target WHERE address_id = ?', addressId)
    await insertTargets(step, addressId, [...targets])
    return {
      done: { address: name, added: args.add.map(formatAddress), removed: args.remove.map(formatAddress) },
      audit: { subject: name, detail: { add: args.add.map(formatAddress), remove: args.remove.map(formatAddress) } },
    }
  },
)

/** Ids of targets, each once; all must be ours. */
async function findTargets({ tx }: Step<unknown>, targets: readonly Address[]): Promise<Found<readonly number[]>> {
  if (targets.length > maxTargets) return refuse({ code: 'too-many', of: 'targets', limit: maxTargets, plan: undefined })
  const ids = new Set<number>()
  for (const target of targets) {
    const domain = await findDomain(tx, target.domain)
    if (domain.refused !== undefined) return refuse({ code: 'target-elsewhere', name: formatAddress(target) })
    const row = await findAddress(tx, target)
    if (row.refused !== undefined) return row
    ids.add(row.row.address_id)
  }
  return { row: [...ids] }
}

async function insertTargets({ tx }: Step<unknown>, addressId: number, targets: readonly number[]): Promise<void> {
  for (const target of targets) await tx.run('INSERT INTO address_target (address_id, target_id) VALUES (?, ?)', addressId, target)
}

/** The first of `starts` from which targets lead to `addressId`, as text. */
async function leadsBack({ tx }: Step<unknown>, addressId: number, starts: readonly number[]): Promise<string | undefined> {
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
