import type { Query } from '../../database/database.ts'
import type { ListName } from '../lists.ts'
import { allIn } from '../../database/in-list.ts'

/** Entries of all three lists, sorted, of each address asked for. */
export const addressLists: Query<{ readonly addressIds: readonly number[] }, ReadonlyMap<number, Readonly<Record<ListName, readonly string[]>>>> = {
  name: 'directory.lists',
  async run(reader, args) {
    const lists = new Map(args.addressIds.map((id): [number, Record<ListName, string[]>] => [id, { block: [], 'allow-only': [], 'let-through': [] }]))
    const rows = await allIn<{ address_id: number; list: ListName; entry: string }>(
      reader,
      'SELECT address_id, list, entry FROM list_entry WHERE address_id IN (?...) ORDER BY address_id, list, entry',
      args.addressIds,
    )
    for (const { address_id: id, list, entry } of rows) lists.get(id)?.[list].push(entry)
    return lists
  },
}
