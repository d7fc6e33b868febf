import { LRUCache } from 'lru-cache'
import type { Uid } from '../mail/ids.ts'
import type { ListPage } from './columns.ts'
import type { ListArguments } from './list-query.ts'

/** Octets of pages that are kept; a mailbox of 10,000 messages has about 6 MB of ENVELOPE and BODYSTRUCTURE. */
const keptOctets = 32 * 1024 * 1024
/** Fewer are what has just come: clients ask for that once. */
const fewMessages = 20

interface KeptPage {
  /** Of which mailbox, and which columns of it. */
  readonly key: string
  /** It has all messages that there are from UID `first` to `last`. */
  readonly first: number
  readonly last: number
  readonly page: ListPage
}

/**
 * Pages of lists that were asked for lately. What a UID stands for never changes, so they stay true: a message that has gone is passed
 * over by whoever knows what is there, a new one has a UID past all that were asked for.
 */
export class ListedPages {
  readonly #kept = new LRUCache<KeptPage, KeptPage>({
    maxSize: keptOctets,
    sizeCalculation: ({ page }) => 1000 + page.octets.length + 32 * page.uids.length,
    dispose: (kept) => this.#disposed(kept),
  })
  /** Ascending by `first`; as none lies within another, by `last` as well. */
  readonly #byKey = new Map<string, KeptPage[]>()

  /** As `Store.list`; of a page that is kept, what was asked for. */
  async get(args: ListArguments, read: (args: ListArguments) => Promise<ListPage>): Promise<ListPage> {
    const key = `${args.accountId} ${args.mailboxId} ${args.envelope} ${args.bodyStructure}`
    const known = this.#find(key, args.first)
    if (known !== undefined) {
      this.#kept.get(known)
      return part(known, args)
    }
    const page = await read(args)
    const last = page.next === undefined ? args.last : page.next - 1
    if (page.uids.length >= fewMessages) this.#keep({ key, first: args.first, last, page })
    return page
  }

  /** The page that has this UID. */
  #find(key: string, uid: number): KeptPage | undefined {
    const pages = this.#byKey.get(key)
    if (pages === undefined) return undefined
    const page = pages[firstWhere(pages.length, (at) => (pages[at] as KeptPage).first > uid) - 1]
    return page !== undefined && page.last >= uid ? page : undefined
  }

  #keep(kept: KeptPage): void {
    // Somebody else may have read the same meanwhile.
    if ((this.#find(kept.key, kept.first)?.last ?? 0) >= kept.last) return
    const pages = this.#byKey.get(kept.key) ?? []
    const from = firstWhere(pages.length, (at) => (pages[at] as KeptPage).first >= kept.first)
    const until = firstWhere(pages.length, (at) => (pages[at] as KeptPage).last > kept.last)
    for (const within of pages.slice(from, until)) this.#kept.delete(within)
    this.#byKey.set(kept.key, pages)
    pages.splice(from, 0, kept)
    this.#kept.set(kept, kept)
  }

  #disposed(kept: KeptPage): void {
    const pages = this.#byKey.get(kept.key)
    const at = pages?.indexOf(kept) ?? -1
    if (pages === undefined || at < 0) return
    pages.splice(at, 1)
    if (pages.length === 0) this.#byKey.delete(kept.key)
  }
}

/** What a page has of the messages from UID `first` to `last`. */
function part(kept: KeptPage, { first, last }: ListArguments): ListPage {
  const { page } = kept
  const next = kept.last < last ? ((kept.last + 1) as Uid) : undefined
  const from = firstWhere(page.uids.length, (row) => (page.uids[row] ?? 0) >= first)
  const until = firstWhere(page.uids.length, (row) => (page.uids[row] ?? 0) > last)
  if (from === 0 && until === page.uids.length) return { ...page, next }
  const octetsFrom = page.ends[2 * from - 1] ?? 0
  return {
    uids: page.uids.subarray(from, until),
    internalDatesMs: page.internalDatesMs.subarray(from, until),
    sizesBytes: page.sizesBytes.subarray(from, until),
    octets: page.octets.subarray(octetsFrom, page.ends[2 * until - 1] ?? 0),
    ends: page.ends.subarray(2 * from, 2 * until).map((end) => end - octetsFrom),
    next,
  }
}

/** The first place of `length` from which on it is so; `length`: it is so nowhere. */
function firstWhere(length: number, isSo: (at: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isSo(middle)) high = middle
    else low = middle + 1
  }
  return low
}
