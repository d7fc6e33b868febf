import { LRUCache } from 'lru-cache'
import type { Database } from '../database/database.ts'
import type { ListName } from './lists.ts'
import { addressLists } from './query/lists.ts'
import type { ResolvedAddress, ResolvedRow } from './query/resolve.ts'

/** Entries kept of all addresses together: about 100 bytes each. */
const maxEntries = 200_000

export type Lists = Readonly<Record<ListName, readonly string[]>>

const noEntries: readonly string[] = Object.freeze([])
export const noLists: Lists = Object.freeze({ block: noEntries, 'allow-only': noEntries, 'let-through': noEntries })

/**
 * Lists by address and their own version, so that they outlive changes elsewhere in the directory. As long as a list does not
 * change, its array is the same object: whoever compiles it can keep the result beside it.
 */
export class ListCache {
  readonly #database: Database
  readonly #kept = new LRUCache<string, Lists>({ maxSize: maxEntries, sizeCalculation: (lists) => 1 + length(lists) })

  constructor(database: Database) {
    this.#database = database
  }

  /** Lists of all these, by address id; what is missing is read at once. */
  async of(rows: readonly ResolvedRow[]): Promise<ReadonlyMap<number, Lists>> {
    const lists = new Map<number, Lists>()
    const missing: ResolvedAddress[] = []
    for (const { found } of rows) {
      if (found === undefined) continue
      const kept = found.listsVersion === 0 ? noLists : this.#kept.get(keyOf(found))
      if (kept === undefined) missing.push(found)
      else lists.set(found.addressId, kept)
    }
    if (missing.length === 0) return lists
    const read = await this.#database.query(addressLists, { addressIds: [...new Set(missing.map((found) => found.addressId))] })
    for (const found of missing) {
      const entries = frozen(read.get(found.addressId) ?? noLists)
      this.#kept.set(keyOf(found), entries)
      lists.set(found.addressId, entries)
    }
    return lists
  }
}

function keyOf(found: ResolvedAddress): string {
  return `${found.addressId} ${found.listsVersion}`
}

function length(lists: Lists): number {
  return lists.block.length + lists['allow-only'].length + lists['let-through'].length
}

function frozen(lists: Lists): Lists {
  return Object.freeze({
    block: Object.freeze(lists.block),
    'allow-only': Object.freeze(lists['allow-only']),
    'let-through': Object.freeze(lists['let-through']),
  })
}
