import type { Log } from '../base/log.ts'
import type { Content, Piece } from '../content/content.ts'
import { type Database, DatabaseUnavailable } from '../database/database.ts'
import type { AccountId, EmailId, MailboxId, ModSeq, Uid } from '../mail/ids.ts'
import { AccountStore, type ReadingDependencies } from './account-store.ts'
import { datesQuery, textsQuery, threadsQuery } from './column-queries.ts'
import type { ListColumns, ListPage, MessageDates, MessageTexts, MessageThreads } from './columns.ts'
import { Follower } from './follower.ts'
import { textCandidates, type WantedText } from './fulltext/candidates.ts'
import type { SearchedMessage, TextSearch } from './fulltext/work.ts'
import { KnownMailboxes } from './known-mailboxes.ts'
import { listQuery } from './list-query.ts'
import { ListedPages } from './listed-pages.ts'
import type { ExpungedPage, Flags, MailboxChanges, MailboxView, Message, MessageBody } from './mailbox.ts'
import type { MessageText } from './message-text.ts'
import { Notices, type Step } from './notices.ts'
import { encodeRecord } from './pack-record.ts'
import { unpackChanges } from './packed-changes.ts'
import { changesQuery, deletedQuery, expungedQuery, type MessagePage, messagesQuery, pageNumbers, viewQuery } from './queries.ts'
import { readBodies, readBody } from './read-body.ts'
import { finishRebuild } from './rebuild.ts'
import { refileQuery } from './refile.ts'
import { takeRecentChange } from './recent.ts'
import type { LogRecord } from './record.ts'
import type { Records } from './records.ts'
import { parseSlices, shownLength } from './slices.ts'
import type { Added, Copied, Deleted, FlagConditions, Flagged, Incoming, MessageColumns, Outcome, Store, StoreRefusal, TakenRecent, Transfer } from './store.ts'
import { type UidRanges, uidRanges } from './uid-ranges.ts'

const noneRecent: TakenRecent = { from: 1 as Uid, before: 1 as Uid }

export interface StoreDependencies extends ReadingDependencies {
  readonly content: Content
  readonly database: Database
  readonly log: Log
  /** Nobody reads the index but through this store: then APPEND is answered before the index has the message, and whoever reads waits for it. */
  readonly isOnlyReader?: boolean
}

/** The store over the content log and its index (DESIGN decision 2): accounts, and here the messages of their mailboxes. */
export class IndexedStore extends AccountStore implements Store {
  readonly #listed = new ListedPages()
  #onTextWanted: (accountId: AccountId) => void = () => undefined

  /** The store of the process that writes. Resolves when the index covers the whole log. */
  static async open(deps: StoreDependencies): Promise<IndexedStore> {
    await finishRebuild(deps)
    const notices = new Notices()
    const known = new KnownMailboxes()
    const onStep = (step: Step) => {
      // First: whoever hears of the step may ask.
      known.tell(step)
      notices.tell(step)
    }
    const onForetold = (accountId: AccountId, mailboxId: MailboxId) => notices.announce(accountId, mailboxId)
    return new IndexedStore(deps, await Follower.open({ ...deps, onStep, ...(deps.isOnlyReader === true && { onForetold }) }), notices, known)
  }

  /** A store that reads by itself, while its records go to another process. Whoever makes it hands it the steps of the index (`tell`). */
  static beside(deps: ReadingDependencies, records: Records): IndexedStore {
    return new IndexedStore(deps, records, new Notices())
  }

  /** A record of mail, durable when this resolves (delivery/commit.ts); the index follows within milliseconds. */
  async deliver(record: LogRecord & { kind: 'mail' }, octets: readonly Piece[]): Promise<void> {
    await this.records.append({ header: encodeRecord(record), octets }, record)
  }

  /** Any record with its octets, once it is applied: compaction writes them (compact.ts). */
  async record(record: LogRecord, octets: Uint8Array): Promise<void> {
    await this.apply(record, [octets])
  }

  /** Resolves when everything durable by now is in the index. */
  settled(): Promise<void> {
    return this.records.settled()
  }

  close(): Promise<void> {
    return this.records.close()
  }

  view(accountId: AccountId, mailboxId: MailboxId): Promise<MailboxView | undefined> {
    return this.query(viewQuery, { accountId, mailboxId })
  }

  async changes(accountId: AccountId, mailboxId: MailboxId, since: ModSeq): Promise<MailboxChanges | undefined> {
    const changes = await this.query(changesQuery, { accountId, mailboxId, since })
    return changes && unpackChanges(changes)
  }

  async *expunged(accountId: AccountId, mailboxId: MailboxId, since: ModSeq, until: ModSeq): AsyncIterable<UidRanges> {
    for (let from: ModSeq | undefined = since; from !== undefined && from < until; ) {
      const page: ExpungedPage = await this.query(expungedQuery, { accountId, mailboxId, since: from, until })
      if (page.uids.length > 0) yield page.uids
      from = page.next
    }
  }

  async *messages(accountId: AccountId, mailboxId: MailboxId, uids: UidRanges, columns: MessageColumns): AsyncIterable<readonly Message[]> {
    const wanted = {
      envelope: columns.envelope ?? false,
      bodyStructure: columns.bodyStructure ?? false,
      parts: columns.parts ?? false,
      flags: columns.flags ?? true,
    }
    for (const [first, last] of uids) {
      const ask = (from: number) => {
        const asked = this.query(messagesQuery, { accountId, mailboxId, first: from, last, ...wanted })
        // Awaited when its turn comes, if it does.
        asked.catch(() => {})
        return asked
      }
      for (let coming: Promise<MessagePage> | undefined = ask(first); coming !== undefined; ) {
        const page: MessagePage = await coming
        coming = page.next !== undefined && page.next <= last ? ask(page.next) : undefined
        if (page.keywords.length > 0) yield unpackPage(page)
      }
    }
  }

  list(accountId: AccountId, mailboxId: MailboxId, first: number, last: number, columns: ListColumns): Promise<ListPage> {
    return this.#listed.get({ accountId, mailboxId, first, last, ...columns }, (args) => this.query(listQuery, args))
  }

  dates(accountId: AccountId, mailboxId: MailboxId, first: number, last: number): Promise<MessageDates> {
    return this.query(datesQuery, { accountId, mailboxId, first, last })
  }

  threads(accountId: AccountId, mailboxId: MailboxId, first: number, last: number): Promise<MessageThreads> {
    return this.query(threadsQuery, { accountId, mailboxId, first, last })
  }

  texts(accountId: AccountId, mailboxId: MailboxId, first: number, last: number, of: MessageText): Promise<MessageTexts> {
    return this.query(textsQuery, { accountId, mailboxId, first, last, of })
  }

  read(body: MessageBody, start: number, end: number): Promise<Uint8Array> {
    return readBody(this.deps.content, body, start, end)
  }

  readTogether(bodies: readonly MessageBody[], into: Buffer): Promise<readonly Uint8Array[]> {
    return readBodies(this.deps.content, bodies, into)
  }

  async textCandidates(accountId: AccountId, mailboxId: MailboxId, texts: readonly WantedText[]): Promise<readonly (Uint32Array | undefined)[]> {
    await this.records.told?.(accountId)
    const { isIndexed, uids } = await textCandidates(this.deps.database, accountId, mailboxId, texts)
    if (!isIndexed) this.wantText(accountId)
    return uids
  }

  findTexts(messages: readonly SearchedMessage[], wanted: readonly WantedText[]): ReturnType<TextSearch['find']> {
    return this.deps.texts.find(messages, wanted)
  }

  /** Called when a text is searched for in an account that the text index does not have. */
  onTextWanted(listener: (accountId: AccountId) => void): void {
    this.#onTextWanted = listener
  }

  /** Somebody searched this account's texts and found no index of them, perhaps in another process. */
  wantText(accountId: AccountId): void {
    this.#onTextWanted(accountId)
  }

  async takeRecent(accountId: AccountId, mailboxId: MailboxId): Promise<TakenRecent> {
    try {
      return (await this.deps.database.change(takeRecentChange, { accountId, mailboxId })) ?? noneRecent
    } catch (error) {
      // Reading goes on while nothing can be written.
      if (error instanceof DatabaseUnavailable) return noneRecent
      throw error
    }
  }

  async append(accountId: AccountId, mailboxId: MailboxId, { octets, messages, replaces }: Incoming): Promise<Outcome<Added>> {
    const freed = replaces === undefined ? 0 : await this.#sizeOf(accountId, replaces.mailboxId, [[replaces.uid, replaces.uid]])
    const sizeBytes = messages.reduce((sum, { sizeOctets }) => sum + sizeOctets, 0)
    if (await this.overQuota(accountId, sizeBytes - freed)) return { refused: 'over-quota' }
    const atMs = this.deps.clock.now()
    const appended = messages.map(({ sizeOctets, flags, internalDateMs }) => ({ octetsLength: sizeOctets, flags, internalDateMs: internalDateMs ?? atMs }))
    const [only] = appended
    const record: LogRecord =
      only !== undefined && appended.length === 1 && replaces === undefined
        ? { kind: 'append', atMs, accountId, mailboxId, flags: only.flags, internalDateMs: only.internalDateMs }
        : { kind: 'append-all', atMs, accountId, mailboxId, messages: appended, ...(replaces && { replaces }) }
    const outcome = await this.apply<Added | { readonly refused: StoreRefusal } | undefined>(record, octets)
    return outcome !== undefined && 'refused' in outcome ? outcome : gone(outcome)
  }

  async setFlags(
    accountId: AccountId,
    mailboxId: MailboxId,
    uids: UidRanges,
    mode: 'add' | 'remove' | 'replace',
    flags: Flags,
    conditions: FlagConditions = {},
  ): Promise<Outcome<Flagged>> {
    return gone(await this.apply<Flagged>({ kind: 'flags', accountId, mailboxId, uids, mode, flags, ...conditions }))
  }

  async copy(accountId: AccountId, from: MailboxId, uids: UidRanges, to: MailboxId): Promise<Outcome<Copied>> {
    if (await this.overQuota(accountId, await this.#sizeOf(accountId, from, uids))) return { refused: 'over-quota' }
    return gone(await this.apply<Copied>({ kind: 'copy', atMs: this.deps.clock.now(), accountId, from, to, uids }))
  }

  async move(accountId: AccountId, from: MailboxId, uids: UidRanges, to: MailboxId): Promise<Outcome<Copied>> {
    return gone(await this.apply<Copied>({ kind: 'move', atMs: this.deps.clock.now(), accountId, from, to, uids }))
  }

  async refile(accountId: AccountId, emailId: EmailId, to: 'inbox' | 'spam'): Promise<boolean> {
    const found = await this.query(refileQuery, { accountId, emailId, to })
    if (found === undefined) return false
    const uids = uidRanges(found.uids)
    const moved = await this.apply<Copied | undefined>({
      kind: 'move',
      atMs: this.deps.clock.now(),
      accountId,
      from: found.from,
      to: found.to,
      uids,
      untaught: true,
    })
    return moved !== undefined && moved.to.length > 0
  }

  async transfer({ move, from, uids, to, only }: Transfer): Promise<Outcome<Copied>> {
    const { accountId } = from
    const atMs = this.deps.clock.now()
    const record: LogRecord = { kind: move ? 'move' : 'copy', atMs, accountId, from: from.mailboxId, to: to.mailboxId, uids, ...(only && { only }) }
    const across = to.accountId !== accountId
    if ((across || !move) && (await this.overQuota(to.accountId, await this.#sizeOf(accountId, from.mailboxId, uids)))) return { refused: 'over-quota' }
    if (!across) return gone(await this.apply<Copied>(record))
    const transfer: LogRecord = { ...record, toAccountId: to.accountId }
    return gone((await this.records.applyAcross({ header: encodeRecord(transfer), octets: [] }, transfer)) as Copied | undefined)
  }

  /** Runs the work while no change concerns two accounts, all that were made being in the index. In the process that writes only. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.records.alone === undefined) throw new Error('only the process that writes the log can keep others from it')
    return this.records.alone(work)
  }

  async expunge(
    accountId: AccountId,
    mailboxId: MailboxId,
    uids: UidRanges,
    options: { readonly deletedOnly: boolean },
  ): Promise<Outcome<{ readonly modSeq: ModSeq; readonly uids: readonly Uid[] }>> {
    return gone(await this.apply<{ modSeq: ModSeq; uids: readonly Uid[] }>({ kind: 'expunge', accountId, mailboxId, uids, deletedOnly: options.deletedOnly }))
  }

  deletedIn(accountId: AccountId, mailboxId: MailboxId): Promise<Deleted> {
    return this.query(deletedQuery, { accountId, mailboxId })
  }

  async #sizeOf(accountId: AccountId, mailboxId: MailboxId, uids: UidRanges): Promise<number> {
    let bytes = 0
    for await (const page of this.messages(accountId, mailboxId, uids, { flags: false })) for (const message of page) bytes += message.sizeBytes
    return bytes
  }
}

/** A change of a mailbox that is not there any more has no outcome. */
function gone<T>(outcome: T | undefined): Outcome<T> {
  return outcome === undefined ? { refused: 'no-such-mailbox' } : { done: outcome }
}

function unpackPage(page: MessagePage): readonly Message[] {
  const { numbers, keywords, octets, lengths } = page
  let at = 0
  const take = (length: number) => octets.subarray(at, (at += length))
  return keywords.map((words, index) => {
    const n = numbers.subarray(index * pageNumbers.length, (index + 1) * pageNumbers.length)
    const [uid, emailId, system, modSeq, internalDateMs, sizeBytes, segment, offset, prefixStart, prefixLength, octetsStart, octetsLength, ...rest] =
      n as unknown as number[]
    const [savedAtMs, originAccountId, originEmailId] = rest
    const slices = parseSlices(page.slices?.[index] ?? null)
    return {
      uid,
      emailId,
      system,
      keywords: words,
      modSeq,
      internalDateMs,
      savedAtMs,
      origin: { accountId: originAccountId, emailId: originEmailId },
      sizeBytes,
      envelope: take(lengths[index * 3] as number),
      bodyStructure: take(lengths[index * 3 + 1] as number),
      parts: take(lengths[index * 3 + 2] as number),
      body: { location: { segment, offset }, prefixStart, prefixLength, octetsStart, octetsLength: shownLength(slices, octetsLength as number), slices },
    } as Message
  })
}
