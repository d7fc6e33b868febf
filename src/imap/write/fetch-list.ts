import type { ListPage } from '../../store/columns.ts'
import { formatDateTime } from '../parse/date.ts'
import type { FetchItem } from '../parse/fetch.ts'
import type { Session } from '../session.ts'
import { listRanges, Wanted } from '../store-ranges.ts'
import type { Tracker } from '../view/tracker.ts'
import { withoutExtensions } from './body.ts'

/** Pages that are on their way while one is written; a client that does not read has so many waiting. */
const pagesAhead = 2

const listKinds = ['uid', 'flags', 'mod-seq', 'internal-date', 'size', 'envelope', 'body-structure', 'body'] as const

type ListItem = FetchItem & { readonly kind: (typeof listKinds)[number] }

/** Clients that list a mailbox ask for nothing else. */
export function isList(items: readonly FetchItem[]): items is readonly ListItem[] {
  return items.every(({ kind }) => (listKinds as readonly string[]).includes(kind))
}

/** FETCH responses of messages of which nothing is read but the index: a client that lists a mailbox asks this of all of it. */
export class FetchList {
  readonly #session: Session
  readonly #tracker: Tracker
  readonly #items: readonly ListItem[]
  #written = 0

  constructor(session: Session, tracker: Tracker, items: readonly ListItem[]) {
    this.#session = session
    this.#tracker = tracker
    this.#items = items
  }

  /** How many messages were answered; the others have gone. */
  async write(uids: Uint32Array): Promise<number> {
    const { out } = this.#session
    this.#tracker.tellKeywords(out)
    const wanted = new Wanted(uids)
    for await (const page of this.#pages(uids)) {
      this.#writePage(page, wanted)
      await out.flow()
    }
    return this.#written
  }

  async *#pages(uids: Uint32Array): AsyncGenerator<ListPage, void, undefined> {
    const ranges = listRanges(this.#tracker, uids)
    const coming: { readonly page: Promise<ListPage>; readonly last: number }[] = []
    for (let at = 0; at < ranges.length || coming.length > 0; ) {
      for (; at < ranges.length && coming.length <= pagesAhead; at++) {
        const [first, last] = ranges[at] as (typeof ranges)[number]
        coming.push({ page: this.#ask(first, last), last })
      }
      const next = coming.shift()
      if (next === undefined) return
      for (let page = await next.page; ; page = await this.#ask(page.next, next.last)) {
        yield page
        // More octets than a page has.
        if (page.next === undefined || page.next > next.last) break
      }
    }
  }

  #ask(first: number, last: number): Promise<ListPage> {
    const { live } = this.#tracker
    const has = (...kinds: readonly ListItem['kind'][]): boolean => this.#items.some(({ kind }) => kinds.includes(kind))
    const columns = { envelope: has('envelope'), bodyStructure: has('body-structure', 'body') }
    const page = this.#session.store.list(live.accountId, live.mailboxId, first, last, columns)
    // Awaited in its turn; until then a failure is not unheard of, only not heard yet.
    page.catch(() => {})
    return page
  }

  #writePage(page: ListPage, wanted: Wanted): void {
    const { live } = this.#tracker
    let index = -1
    for (const [row, uid] of page.uids.entries()) {
      if (!wanted.has(uid)) continue
      // Neighbours in the page mostly are neighbours in the mailbox.
      if (live.uids[++index] !== uid || index >= live.count) index = live.indexOf(uid)
      const seq = index < 0 ? 0 : this.#tracker.seqOfPlace(index)
      if (seq === 0) continue
      this.#session.out.text(`* ${seq} FETCH (`)
      for (let place = 0; place < this.#items.length; place++) {
        if (place > 0) this.#session.out.text(' ')
        this.#writeItem((this.#items[place] as ListItem).kind, { page, row, uid, index })
      }
      this.#session.out.text(')\r\n')
      this.#written++
    }
  }

  #writeItem(kind: ListItem['kind'], { page, row, uid, index }: { page: ListPage; row: number; uid: number; index: number }): void {
    const { out } = this.#session
    const { live } = this.#tracker
    switch (kind) {
      case 'uid':
        out.text(`UID ${uid}`)
        return
      case 'flags':
        out.text(`FLAGS (${live.flagText(index, this.#tracker.isRecent(uid))})`)
        this.#tracker.told(uid)
        return
      case 'mod-seq':
        out.text(`MODSEQ (${live.modSeqs[index]})`)
        return
      case 'internal-date':
        out.text(`INTERNALDATE ${formatDateTime(page.internalDatesMs[row] ?? 0)}`)
        return
      case 'size':
        out.text(`RFC822.SIZE ${page.sizesBytes[row]}`)
        return
      case 'envelope':
        out.text('ENVELOPE ')
        out.octets(page.octets.subarray(page.ends[2 * row - 1] ?? 0, page.ends[2 * row]))
        return
      case 'body-structure':
        out.text('BODYSTRUCTURE ')
        out.octets(page.octets.subarray(page.ends[2 * row], page.ends[2 * row + 1]))
        return
      case 'body':
        out.text('BODY ')
        out.octets(withoutExtensions(page.octets.subarray(page.ends[2 * row], page.ends[2 * row + 1])))
        return
    }
  }
}
