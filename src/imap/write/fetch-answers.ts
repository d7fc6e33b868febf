import type { Message } from '../../store/mailbox.ts'
import type { MessageColumns } from '../../store/store.ts'
import { AnswerBroken } from '../outcome.ts'
import { formatDateTime } from '../parse/date.ts'
import { emailObjectId } from '../object-id.ts'
import type { FetchItem, OctetsItem, SectionItem } from '../parse/fetch.ts'
import type { Session } from '../session.ts'
import { readingRanges, Wanted } from '../store-ranges.ts'
import type { Tracker } from '../view/tracker.ts'
import { withoutExtensions } from './body.ts'
import { formatFlags } from './flags.ts'
import { isUndecodable, prepareBinary } from './binary.ts'
import { previewOf } from './preview.ts'
import { beginSection, noMore, prepareSection, readOctets, type SectionAnswer, sectionOctets, writeSection } from './sections.ts'

/** Messages whose octets are read ahead of the one being written, and octets of them in memory. */
const messagesAhead = 16
const octetsAhead = 1024 * 1024
/** Whole messages of about so many octets are read at once: one piece while the one before is written. */
const pieceOctets = 512 * 1024
/** What of a message lies in the log beside it: the record that says what it is. */
const besideOctets = 1024
/** Fewer are not worth two such pieces of memory. */
const worthPieces = 4

/** A message whose sections are on their way from the log. */
interface Prepared {
  readonly message: Message
  /** In the order of the items; what would be too much to hold is read when its turn comes. */
  readonly sections: readonly (() => Promise<SectionAnswer>)[]
  readonly octets: number
}

function isOctetsItem(item: FetchItem): item is OctetsItem {
  return item.kind === 'section' || item.kind === 'binary' || item.kind === 'binary-size' || item.kind === 'preview'
}

/** All of the message, whatever the label says. */
function isWhole({ section, partial }: SectionItem): boolean {
  return section.text === 'all' && section.path.length === 0 && partial === undefined
}

/** FETCH responses of messages: pages from the index, octets from the log, written as the client takes them. */
export class FetchAnswers {
  readonly #session: Session
  readonly #tracker: Tracker
  readonly #items: readonly FetchItem[]
  readonly #sections: readonly OctetsItem[]
  readonly #markedSeen: ReadonlySet<number> | undefined
  #pieces: readonly [Buffer, Buffer] | undefined
  #written = 0
  /** Messages that were not answered, since nobody knows how a part of theirs is encoded. */
  undecodable = 0

  /** @param markedSeen messages whose flags this command has changed: their answers show them */
  constructor(
    session: Session,
    tracker: Tracker,
    { items, markedSeen }: { readonly items: readonly FetchItem[]; readonly markedSeen: ReadonlySet<number> | undefined },
  ) {
    this.#session = session
    this.#tracker = tracker
    this.#items = items
    this.#sections = items.filter(isOctetsItem)
    this.#markedSeen = markedSeen
  }

  /** How many messages were answered; the others have gone. */
  async write(uids: Uint32Array): Promise<number> {
    const { store, out } = this.#session
    this.#tracker.tellKeywords(out)
    const pages = store.messages(this.#tracker.live.accountId, this.#tracker.live.mailboxId, readingRanges(this.#tracker, uids), this.#columns())
    const wanted = new Wanted(uids)
    for await (const page of pages) {
      const messages = page.filter(({ uid }) => wanted.has(uid))
      if (this.#sections.length === 0) for (const message of messages) this.#writePlain(message)
      else await this.#writeWithSections(await this.#writeWhole(messages))
      await out.flow()
    }
    return this.#written
  }

  #columns(): MessageColumns {
    const has = (kind: FetchItem['kind']): boolean => this.#items.some((item) => item.kind === kind)
    // The whole message is found without its parts.
    const parts = this.#sections.some((item) => item.kind !== 'section' || item.section.path.length > 0 || item.section.text !== 'all')
    // Flags are the view's; of a message that goes while it is written it has none.
    const flags = has('flags') || has('mod-seq') || this.#markedSeen !== undefined
    return { envelope: has('envelope'), bodyStructure: has('body') || has('body-structure'), parts, flags }
  }

  #writePlain(message: Message): void {
    if (!this.#begin(message)) return
    for (const [place, item] of this.#items.entries()) if (!isOctetsItem(item)) this.#writeItem(item, message, place === 0)
    this.#end(message)
  }

  /** Whole messages that lie one after another in the log, as in a mailbox that nobody sorts: read together, each goes out as it lies there. Returns those that do not. */
  async #writeWhole(page: readonly Message[]): Promise<readonly Message[]> {
    const { store, out } = this.#session
    const [item, ...others] = this.#sections
    if (item?.kind !== 'section' || others.length > 0 || !isWhole(item) || page.length < worthPieces) return page
    const read = (from: number, piece: Buffer) => {
      const bodies = page.slice(from).map(({ body }) => body)
      return store.readTogether(bodies, piece)
    }
    let [piece, other] = this.#piecesFor(page)
    let at = 0
    for (let coming = read(at, piece); ; [piece, other] = [other, piece]) {
      const found = await coming
      if (found.length === 0) return page.slice(at)
      coming = read(at + found.length, other)
      for (const octets of found)
        this.#writeOne(page[at++] as Message, { label: item.label, found: { octets: octets.length, first: octets, rest: noMore, binary: false } })
      // Then the piece can be read into again.
      await out.taken()
    }
  }

  /** Two, as large as the page makes use of; the same for all pages of a long answer. */
  #piecesFor(page: readonly Message[]): readonly [Buffer, Buffer] {
    const octets = page.reduce((sum, { sizeBytes }) => sum + sizeBytes + besideOctets, 0)
    if (this.#pieces !== undefined && this.#pieces[0].length >= Math.min(octets, pieceOctets)) return this.#pieces
    const piece = () => Buffer.allocUnsafeSlow(Math.min(octets, pieceOctets))
    return (this.#pieces = [piece(), piece()])
  }

  #writeOne(message: Message, section: SectionAnswer): void {
    if (!this.#begin(message)) return
    for (const [place, item] of this.#items.entries()) {
      if (!isOctetsItem(item)) {
        this.#writeItem(item, message, place === 0)
        continue
      }
      if (place > 0) this.#session.out.text(' ')
      beginSection(this.#session.out, section)
    }
    this.#end(message)
  }

  async #writeWithSections(page: readonly Message[]): Promise<void> {
    const ahead: Prepared[] = []
    let octets = 0
    let next = 0
    while (ahead.length > 0 || next < page.length) {
      while (next < page.length && ahead.length < messagesAhead && (octets < octetsAhead || ahead.length === 0)) {
        const message = page[next++] as Message
        if (this.#isUndecodable(message)) {
          this.undecodable++
          continue
        }
        const prepared = this.#prepare(message)
        ahead.push(prepared)
        octets += prepared.octets
      }
      const prepared = ahead.shift()
      if (prepared === undefined) break
      octets -= prepared.octets
      await this.#writePrepared(prepared)
    }
  }

  #isUndecodable(message: Message): boolean {
    return this.#sections.some((item) => (item.kind === 'binary' || item.kind === 'binary-size') && isUndecodable(message, item))
  }

  #prepare(message: Message): Prepared {
    let octets = 0
    const sections = this.#sections.map((item) => {
      const { store, bookmarks } = this.#session
      const read = async (): Promise<SectionAnswer> => {
        if (item.kind === 'preview') return { label: 'PREVIEW', found: await previewOf(store, message) }
        return item.kind === 'section' ? await prepareSection(store, message, item) : await prepareBinary(store, message, item, bookmarks)
      }
      const more = item.kind === 'section' ? sectionOctets(message, item) : item.kind === 'preview' ? 0 : message.sizeBytes
      // To decode what is long takes its time: when its turn comes, and one after another.
      if (octets + more > octetsAhead || (item.kind !== 'section' && more > readOctets)) return read
      octets += more
      const reading = read()
      // Awaited in its turn; until then a failure is not unheard of, only not heard yet.
      reading.catch(() => {})
      return () => reading
    })
    return { message, sections, octets }
  }

  async #writePrepared({ message, sections }: Prepared): Promise<void> {
    // A fault in the first section still leaves the answer unbegun; one in a later section breaks it off.
    const first = await sections[0]?.()
    if (!this.#begin(message)) return
    const { out } = this.#session
    let section = 0
    for (const [place, item] of this.#items.entries()) {
      if (!isOctetsItem(item)) {
        this.#writeItem(item, message, place === 0)
        continue
      }
      if (place > 0) out.text(' ')
      await writeSection(out, await this.#section(sections, section++, first))
      if (out.isFull) await out.flow()
    }
    this.#end(message)
    if (out.isFull) await out.flow()
  }

  async #section(sections: Prepared['sections'], place: number, first: SectionAnswer | undefined): Promise<SectionAnswer> {
    if (place === 0 && first !== undefined) return first
    try {
      return await (sections[place] as () => Promise<SectionAnswer>)()
    } catch (error) {
      throw new AnswerBroken('a message could not be read to its end', { cause: error })
    }
  }

  /** False: the message has gone since the page was read, or has no number yet. */
  #begin(message: Message): boolean {
    const seq = this.#tracker.seqOf(message.uid)
    if (seq === 0) return false
    this.#session.out.text(`* ${seq} FETCH (`)
    return true
  }

  #end(message: Message): void {
    const unasked = this.#markedSeen?.has(message.uid) === true ? this.#unasked(message) : []
    this.#session.out.text(`${unasked.map((item) => ` ${item}`).join('')})\r\n`)
    this.#written++
  }

  /** What \Seen did to a message, told with its answer; with CONDSTORE by UID and modSeq, too (RFC 7162 3.2.4). */
  #unasked(message: Message): readonly string[] {
    const isAsked = (kind: FetchItem['kind']): boolean => this.#items.some((item) => item.kind === kind)
    const told = isAsked('flags') ? [] : [this.#flags(message)]
    if (this.#session.enabled.has('CONDSTORE')) {
      if (!isAsked('uid')) told.push(`UID ${message.uid}`)
      if (!isAsked('mod-seq')) told.push(this.#modSeq(message))
    }
    return told
  }

  #writeItem(item: Exclude<FetchItem, OctetsItem>, message: Message, first: boolean): void {
    const { out } = this.#session
    const space = first ? '' : ' '
    switch (item.kind) {
      case 'uid':
        out.text(`${space}UID ${message.uid}`)
        return
      case 'flags':
        out.text(space + this.#flags(message))
        return
      case 'internal-date':
        out.text(`${space}INTERNALDATE ${formatDateTime(message.internalDateMs)}`)
        return
      case 'size':
        out.text(`${space}RFC822.SIZE ${message.sizeBytes}`)
        return
      case 'mod-seq':
        out.text(space + this.#modSeq(message))
        return
      case 'save-date':
        out.text(`${space}SAVEDATE ${formatDateTime(message.savedAtMs)}`)
        return
      case 'email-id':
        out.text(`${space}EMAILID (${emailObjectId(message)})`)
        return
      case 'thread-id':
        // It may never change, and a message that comes later can show that two threads are one: so none is given (RFC 8474 5.2 has NIL for that).
        out.text(`${space}THREADID NIL`)
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
    }
  }

  #modSeq(message: Message): string {
    const { live } = this.#tracker
    const index = live.indexOf(message.uid)
    return `MODSEQ (${index < 0 ? message.modSeq : live.modSeqs[index]})`
  }

  /** As they are now. A message that went while its sections were written has the flags that its page says. */
  #flags(message: Message): string {
    const { live } = this.#tracker
    const recent = this.#tracker.isRecent(message.uid)
    const index = live.indexOf(message.uid)
    this.#tracker.told(message.uid)
    return `FLAGS (${index < 0 ? formatFlags(message.system, message.keywords, recent) : live.flagText(index, recent)})`
  }
}
