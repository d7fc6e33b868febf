import type { Message } from '../../store/mailbox.ts'
import type { MessageColumns } from '../../store/store.ts'
import { formatDateTime } from '../parse/date.ts'
import type { FetchItem, SectionItem } from '../parse/fetch.ts'
import type { Session } from '../session.ts'
import { readingRanges, Wanted } from '../store-ranges.ts'
import type { Tracker } from '../view/tracker.ts'
import { withoutExtensions } from './body.ts'
import { prepareSection, sectionOctets, writeSection, type SectionAnswer } from './sections.ts'

/** Messages whose octets are read ahead of the one being written, and octets of them in memory. */
const messagesAhead = 16
const octetsAhead = 1024 * 1024

/** A message whose sections are on their way from the log. */
interface Prepared {
  readonly message: Message
  readonly sections: Promise<readonly SectionAnswer[]>
  readonly octets: number
}

/** FETCH responses of messages: pages from the index, octets from the log, written as the client takes them. */
export class FetchAnswers {
  readonly #session: Session
  readonly #tracker: Tracker
  readonly #items: readonly FetchItem[]
  readonly #sections: readonly SectionItem[]
  readonly #markedSeen: ReadonlySet<number> | undefined
  #written = 0

  /** @param markedSeen messages whose flags this command has changed: their answers show them */
  constructor(
    session: Session,
    tracker: Tracker,
    { items, markedSeen }: { readonly items: readonly FetchItem[]; readonly markedSeen: ReadonlySet<number> | undefined },
  ) {
    this.#session = session
    this.#tracker = tracker
    this.#items = items
    this.#sections = items.filter((item) => item.kind === 'section')
    this.#markedSeen = items.some(({ kind }) => kind === 'flags') ? undefined : markedSeen
  }

  /** How many messages were answered; the others have gone. */
  async write(uids: Uint32Array): Promise<number> {
    const { store, accountId, out } = this.#session
    this.#tracker.tellKeywords(out)
    const pages = store.messages(accountId, this.#tracker.live.mailboxId, readingRanges(this.#tracker, uids), this.#columns())
    const wanted = new Wanted(uids)
    for await (const page of pages) {
      const messages = page.filter(({ uid }) => wanted.has(uid))
      if (this.#sections.length === 0) for (const message of messages) this.#writePlain(message)
      else await this.#writeWithSections(messages)
      await out.flow()
    }
    return this.#written
  }

  #columns(): MessageColumns {
    const has = (kind: FetchItem['kind']): boolean => this.#items.some((item) => item.kind === kind)
    // The whole message is found without its parts.
    const parts = this.#sections.some(({ section }) => section.path.length > 0 || section.text !== 'all')
    return { envelope: has('envelope'), bodyStructure: has('body') || has('body-structure'), parts }
  }

  #writePlain(message: Message): void {
    const index = this.#begin(message)
    if (index < 0) return
    this.#items.forEach((item, place) => this.#writeItem(item, { message, index, first: place === 0 }))
    this.#end(index, message)
  }

  async #writeWithSections(page: readonly Message[]): Promise<void> {
    const ahead: Prepared[] = []
    let octets = 0
    let next = 0
    while (ahead.length > 0 || next < page.length) {
      while (next < page.length && ahead.length < messagesAhead && (octets < octetsAhead || ahead.length === 0)) {
        const prepared = this.#prepare(page[next++] as Message)
        ahead.push(prepared)
        octets += prepared.octets
      }
      const prepared = ahead.shift()
      if (prepared === undefined) break
      octets -= prepared.octets
      await this.#writePrepared(prepared)
    }
  }

  #prepare(message: Message): Prepared {
    const sections = Promise.all(this.#sections.map((item) => prepareSection(this.#session.store, message, item)))
    // Awaited in its turn; until then a failure is not unheard of, only not heard yet.
    sections.catch(() => {})
    return { message, sections, octets: this.#sections.reduce((sum, item) => sum + sectionOctets(message, item), 0) }
  }

  async #writePrepared({ message, sections }: Prepared): Promise<void> {
    const answers = await sections
    const index = this.#begin(message)
    if (index < 0) return
    const { out, store } = this.#session
    let section = 0
    for (const [place, item] of this.#items.entries()) {
      if (item.kind !== 'section') {
        this.#writeItem(item, { message, index, first: place === 0 })
        continue
      }
      if (place > 0) out.text(' ')
      await writeSection(out, store, message, answers[section++] as SectionAnswer)
    }
    this.#end(this.#tracker.live.indexOf(message.uid), message)
    await out.flow()
  }

  /** The place of the message; -1: it has gone since the page was read, or has no number yet. */
  #begin(message: Message): number {
    const seq = this.#tracker.seqOf(message.uid)
    if (seq === 0) return -1
    this.#session.out.text(`* ${seq} FETCH (`)
    return this.#tracker.live.indexOf(message.uid)
  }

  #end(index: number, message: Message): void {
    const marked = this.#markedSeen?.has(message.uid) === true && index >= 0
    this.#session.out.text(marked ? ` ${this.#flags(index, message)})\r\n` : ')\r\n')
    this.#written++
  }

  #writeItem(item: FetchItem, { message, index, first }: { readonly message: Message; readonly index: number; readonly first: boolean }): void {
    const { out } = this.#session
    const space = first ? '' : ' '
    switch (item.kind) {
      case 'uid':
        out.text(`${space}UID ${message.uid}`)
        return
      case 'flags':
        out.text(space + this.#flags(index, message))
        return
      case 'internal-date':
        out.text(`${space}INTERNALDATE ${formatDateTime(message.internalDateMs)}`)
        return
      case 'size':
        out.text(`${space}RFC822.SIZE ${message.sizeBytes}`)
        return
      case 'envelope':
        out.text(`${space}ENVELOPE `)
        out.octets(message.envelope)
        return
      case 'body-structure':
        out.text(`${space}BODYSTRUCTURE `)
        out.octets(message.bodyStructure)
        return
      case 'body':
        out.text(`${space}BODY `)
        out.octets(withoutExtensions(message.bodyStructure))
        return
      case 'section':
        return
    }
  }

  #flags(index: number, message: Message): string {
    this.#tracker.told(message.uid)
    return `FLAGS (${this.#tracker.live.flagText(index, this.#tracker.isRecent(message.uid))})`
  }
}
