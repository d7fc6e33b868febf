import { LRUCache } from 'lru-cache'
import type { ColumnPage, MessageDates, MessageTexts, MessageThreads } from '../../store/columns.ts'
import type { MessageText } from '../../store/message-text.ts'
import type { Store } from '../../store/store.ts'
import { readingRanges } from '../store-ranges.ts'
import type { Live } from './live.ts'
import { lowerBound } from '../../base/lower-bound.ts'
import type { Tracker } from './tracker.ts'

/** Bytes of columns kept for all mailboxes together; the one longest unused goes first. A column that is larger alone is read each time. */
const keptBytes = 64 * 1024 * 1024
/** A search among fewer messages than this share of the mailbox reads theirs only. */
const smallShare = 1 / 8
/** The last page grows with the mailbox: below this many rows it is read again, instead of adding another. */
const fullRows = 256

/** What one column has been read of: pages ascending by UID, none of which ever changes, since messages do not. */
class Column<Page extends ColumnPage> {
  pages: Page[] = []
  bytes = 0
  rows = 0
  /** All messages up to this UID are in `pages`. */
  #covered = 0
  #reading: Promise<Page> | undefined
  readonly #read: (first: number, last: number) => Promise<Page>

  constructor(read: (first: number, last: number) => Promise<Page>) {
    this.#read = read
  }

  covers(uid: number): boolean {
    return uid <= this.#covered
  }

  /** The first page that ends after this UID. */
  after(uid: number): Page | undefined {
    let low = 0
    let high = this.pages.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (lastOf(this.pages[middle]) <= uid) low = middle + 1
      else high = middle
    }
    return this.pages[low]
  }

  /** One page more, for all who wait for it. */
  grow(): Promise<Page> {
    return (this.#reading ??= this.#grow().finally(() => {
      this.#reading = undefined
    }))
  }

  async #grow(): Promise<Page> {
    const tail = this.pages.at(-1)
    const again = tail !== undefined && tail.uids.length < fullRows ? tail : undefined
    const page = await this.#read(again === undefined ? this.#covered + 1 : (again.uids[0] ?? 0), 0xffff_ffff)
    if (again !== undefined) {
      this.pages = this.pages.slice(0, -1)
      this.bytes -= bytesOf(again)
      this.rows -= again.uids.length
    }
    if (page.uids.length > 0) {
      this.pages = [...this.pages, page]
      this.bytes += bytesOf(page)
      this.rows += page.uids.length
      this.#covered = Math.max(this.#covered, lastOf(page))
    }
    return page
  }
}

/**
 * What SEARCH, SORT and THREAD need to know of every message of a mailbox, kept in memory while it is used: dates, thread keys, texts.
 * Read from the index page by page the first time, afterwards only what has come since.
 */
export class Columns {
  readonly #store: Store
  readonly #kept = new LRUCache<string, Column<ColumnPage>>({ maxSize: keptBytes, sizeCalculation: ({ bytes }) => 200 + bytes })

  constructor(store: Store) {
    this.#store = store
  }

  dates(tracker: Tracker, uids: Uint32Array): AsyncIterable<MessageDates> {
    const { accountId, mailboxId } = tracker.live
    return this.#pages('dates', tracker, uids, (first, last) => this.#store.dates(accountId, mailboxId, first, last))
  }

  threads(tracker: Tracker, uids: Uint32Array): AsyncIterable<MessageThreads> {
    const { accountId, mailboxId } = tracker.live
    return this.#pages('threads', tracker, uids, (first, last) => this.#store.threads(accountId, mailboxId, first, last))
  }

  texts(of: MessageText, tracker: Tracker, uids: Uint32Array): AsyncIterable<MessageTexts> {
    const { accountId, mailboxId } = tracker.live
    return this.#pages(of, tracker, uids, (first, last) => this.#store.texts(accountId, mailboxId, first, last, of))
  }

  forget(): void {
    this.#kept.clear()
  }

  /** Pages that have all of `uids` (ascending) that are still there, and others besides; the same message may come twice. */
  async *#pages<Page extends ColumnPage>(
    name: string,
    tracker: Tracker,
    uids: Uint32Array,
    read: (first: number, last: number) => Promise<Page>,
  ): AsyncIterable<Page> {
    const lastUid = uids.at(-1)
    if (lastUid === undefined) return
    const { live } = tracker
    const key = `${live.accountId} ${live.mailboxId} ${live.mailbox.uidValidity} ${name}`
    const known = this.#kept.get(key)
    if (known === undefined && uids.length < live.count * smallShare) {
      yield* ranges(tracker, uids, read)
      return
    }
    const column = (known === undefined || isStale(known, live) ? new Column(read) : known) as Column<Page>
    let told = (uids[0] ?? 1) - 1
    while (told < lastUid) {
      let page = column.after(told)
      if (page === undefined) {
        if (column.covers(lastUid)) return
        page = await column.grow()
        // The cache counts what it is given anew, not what has grown.
        this.#kept.delete(key)
        this.#kept.set(key, column)
        // The others have gone since.
        if (page.uids.length === 0 || lastOf(page) <= told) return
      }
      yield page
      told = lastOf(page)
      if (column.bytes <= keptBytes) continue
      this.#kept.delete(key)
      yield* ranges(tracker, uids.subarray(lowerBound(uids, uids.length, told + 1)), read)
      return
    }
  }
}

/** More of it is of messages that have gone than of those that are there. */
function isStale(column: Column<ColumnPage>, live: Live): boolean {
  return column.rows > 2 * live.count + fullRows
}

async function* ranges<Page extends ColumnPage>(
  tracker: Tracker,
  uids: Uint32Array,
  read: (first: number, last: number) => Promise<Page>,
): AsyncIterable<Page> {
  for (const [first, last] of readingRanges(tracker, uids)) {
    for (let from: number | undefined = first; from !== undefined && from <= last; ) {
      const page: Page = await read(from, last)
      if (page.uids.length > 0) yield page
      from = page.next
    }
  }
}

function lastOf(page: ColumnPage | undefined): number {
  return page?.uids.at(-1) ?? 0
}

function bytesOf(page: ColumnPage): number {
  let bytes = 100
  for (const value of Object.values(page)) {
    if (ArrayBuffer.isView(value)) bytes += value.byteLength
    // Two bytes where anything in it is past Latin-1; counted as if it always were.
    else if (typeof value === 'string') bytes += 2 * value.length
  }
  return bytes
}
