import { type Address, formatAddress } from '../../mail/address.ts'
import { maxListEntries } from '../list-entry.ts'
import type { ListName } from '../lists.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { type AddressRow, findAddress } from './find.ts'
import { listLength, writeOwn } from './settings.ts'

interface ListArguments {
  readonly address: Address
  readonly list: ListName
  /** As `formatListEntry` writes them. */
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/**
 * Entries come and go. The first entry of `block` or `allow-only` sets the mode to it, unless the other one is in force: then the
 * entries wait for `address set A list-mode=…`. The last entry of `allow-only` goes only when that is not the mode.
 */
export const changeList = directoryChange('address.list', async (step: Step<ListArguments>) => {
  const { tx, args } = step
  const found = await findAddress(tx, args.address)
  if (found.refused !== undefined) return found
  const name = formatAddress(args.address)
  const { row } = found
  const before = await listLength(step, row, args.list)
  const there = new Set(before === 0 ? [] : (await entries(step, row, args.list)).map((entry) => entry.entry))
  const added = [...new Set(args.add)].filter((entry) => !there.has(entry))
  const removed = [...new Set(args.remove)].filter((entry) => there.has(entry) && !args.add.includes(entry))
  const length = before + added.length - removed.length
  if (length > maxListEntries) return refuse({ code: 'too-many', of: 'list-entries', limit: maxListEntries, plan: undefined })
  const mode = await ownMode(step, row)
  if (length === 0 && mode === 'allow-only' && args.list === 'allow-only') return refuse({ code: 'allow-only-empty', name })

  await insertEntries(step, row, args.list, added)
  for (const entry of removed) await tx.run('DELETE FROM list_entry WHERE address_id = ? AND list = ? AND entry = ?', row.address_id, args.list, entry)
  await tx.run('UPDATE address SET lists_version = ? WHERE address_id = ?', step.version, row.address_id)

  const setsMode = before === 0 && length > 0 && args.list !== 'let-through' && (mode === undefined || mode === 'off')
  if (setsMode) await writeOwn(step, 'address', row.address_id, { 'list-mode': args.list })
  const done = { address: name, list: args.list, added: added.length, removed: removed.length, length, modeSet: setsMode ? args.list : undefined }
  return { done, audit: { subject: name, detail: { ...done, examples: [...added, ...removed].slice(0, 20) } } }
})

/** Rows of one statement: a list of 10,000 is 40 round trips to a database server, not 10,000. */
const rowsAtOnce = 256

async function insertEntries({ tx }: Pick<Step<unknown>, 'tx'>, address: AddressRow, list: ListName, added: readonly string[]): Promise<void> {
  for (let start = 0; start < added.length; start += rowsAtOnce) {
    const piece = added.slice(start, start + rowsAtOnce)
    const rows = piece.map(() => '(?, ?, ?)').join(', ')
    await tx.run(`INSERT INTO list_entry (address_id, list, entry) VALUES ${rows}`, ...piece.flatMap((entry) => [address.address_id, list, entry]))
  }
}

async function entries({ tx }: Pick<Step<unknown>, 'tx'>, address: AddressRow, list: ListName): Promise<{ entry: string }[]> {
  return tx.all('SELECT entry FROM list_entry WHERE address_id = ? AND list = ?', address.address_id, list)
}

async function ownMode({ tx }: Pick<Step<unknown>, 'tx'>, address: AddressRow): Promise<string | undefined> {
  const row = await tx.get<{ value: string }>(
    "SELECT value FROM own_setting WHERE scope = 'address' AND owner_id = ? AND key = 'list-mode'",
    address.address_id,
  )
  return row?.value
}
