import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Appended, Content, NewRecord, Piece } from '../content/content.ts'
import { type Database, DatabaseUnavailable, type Query } from '../database/database.ts'
import type { AccountId, MailboxId, ModSeq, Uid } from '../mail/ids.ts'
import { datesQuery, textsQuery, threadsQuery } from './column-queries.ts'
import type { ListColumns, ListPage, MessageDates, MessageTexts, MessageThreads } from './columns.ts'
import { Follower } from './follower.ts'
import { textCandidates, type WantedText } from './fulltext/candidates.ts'
import { judgedFolderQuery } from './judged-folder.ts'
import { KnownMailboxes } from './known-mailboxes.ts'
import type { SearchedMessage, TextSearch } from './fulltext/work.ts'
import type { ExpungedPage, Flags, JudgedFolder, Mailbox, MailboxChanges, MailboxView, Message, MessageBody, Notice, SpecialUse } from './mailbox.ts'
import { listQuery } from './list-query.ts'
import { ListedPages } from './listed-pages.ts'
import { normaliseMailboxName } from './mailbox-name.ts'
import { type MetadataChange, type MetadataEntry, type MetadataName, type MetadataOf, metadataNamesQuery, metadataQuery, toMetadataEntry } from './metadata.ts'
import type { MessageText } from './message-text.ts'
import { unpackChanges } from './packed-changes.ts'
import { Notices, type Step, type Usage } from './notices.ts'
import {
  expungedQuery,
  hasChildrenQuery,
  type MessagePage,
  mailboxesQuery,
  mailboxQuery,
  messagesQuery,
  pageNumbers,
  subscriptionsQuery,
  deletedQuery,
  usageQuery,
  usagesQuery,
  viewQuery,
  changesQuery,
} from './queries.ts'
import { readBodies, readBody } from './read-body.ts'
import { takeRecentChange } from './recent.ts'
import { finishRebuild } from './rebuild.ts'
import { encodeRecord } from './pack-record.ts'
import type { LogRecord } from './record.ts'
import { type Grant, grantsQuery, orderedRights, type SharedMailbox, sharedRightsQuery, sharedWithQuery } from './sharing.ts'
import { parseSlices, shownLength } from './slices.ts'
import type { Added, Copied, Deleted, FlagConditions, Flagged, Incoming, MessageColumns, Outcome, Store, StoreRefusal, TakenRecent, Transfer } from './store.ts'
import type { UidRanges } from './uid-ranges.ts'

const noneRecent: TakenRecent = { from: 1 as Uid, before: 1 as Uid }

interface ReadingDependencies {
  readonly content: Pick<Content, 'read' | 'readTogether'>
  readonly database: Pick<Database, 'query' | 'change'>
  readonly texts: TextSearch
  readonly clock: Clock
  /** Bytes that the account may hold; undefined = any. */
  readonly quotaOf: (accountId: AccountId) => Promise<number | undefined>
}

export interface StoreDependencies extends ReadingDependencies {
  readonly content: Content
  readonly database: Database
  readonly log: Log
  /** Nobody reads the index but through this store: then APPEND is answered before the index has the message, and whoever reads waits for it. */
  readonly isOnlyReader?: boolean
}

/** Where records go: the log and the index behind it. Follower's, or those of the process that has one. */
export interface Records {
  /** Resolves when the record is durable; the index follows soon. */
  append(record: NewRecord, means?: LogRecord): Promise<Appended>
  /** Resolves, when the record is durable and applied, to its outcome. Where it can be no other, perhaps before it is applied; see `told`. */
  apply(record: NewRecord, means?: LogRecord): Promise<unknown>
  /** The same for a change of two accounts (turnstile.ts). */
  applyAcross(record: NewRecord, means?: LogRecord): Promise<unknown>
  /** For who reads: resolves when the index has all that somebody was told of the account. Undefined: it has. */
  told?(accountId: AccountId): Promise<void> | undefined
  /** Octets of messages that were told of, and are not in the index yet. */
  toldBytes?(accountId: AccountId): number
  /** Runs the work while there are no changes of two accounts. Where the log is written only. */
  alone?<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when everything durable by now is in the index. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** The store over the content log and its index (DESIGN decision 2). */
export class IndexedStore implements Store {
  readonly #deps: ReadingDependencies
  readonly #records: Records
  readonly #notices: Notices
  /** Only where the changes are made. */
  readonly #known: KnownMailboxes | undefined
  readonly #listed = new ListedPages()
  #onTextWanted: (accountId: AccountId) => void = () => undefined

  private constructor(deps: ReadingDependencies, records: Records, notices: Notices, known?: KnownMailboxes) {
    this.#deps = deps
    this.#records = records
    this.#notices = notices
    this.#known = known
  }

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

  /** The index has moved, in another process. */
  tell(step: Step): void {
    this.#notices.tell(step)
  }

  /** Called after each step of the index, whatever account it changed. */
  onStep(listener: (step: Step) => void): void {
    this.#notices.onStep(listener)
  }

  /** The log and the index, for who brings records of another process. */
  get records(): Records {
    return this.#records
  }

  /** A record of mail, durable when this resolves (delivery/commit.ts); the index follows within milliseconds. */
  async deliver(record: LogRecord & { kind: 'mail' }, octets: readonly Piece[]): Promise<void> {
    await this.#records.append({ header: encodeRecord(record), octets }, record)
  }

  /** Is there a folder for what was judged so? */
  hasFolder(accountId: AccountId, folder: JudgedFolder): Promise<boolean> {
    return this.#query(judgedFolderQuery, { accountId, folder })
  }

  /** Any record with its octets, once it is applied: compaction writes them (compact.ts). */
  async record(record: LogRecord, octets: Uint8Array): Promise<void> {
    await this.#apply(record, [octets])
  }

  /** Resolves when everything durable by now is in the index. */
  settled(): Promise<void> {
    return this.#records.settled()
  }

  close(): Promise<void> {
    return this.#records.close()
  }

  async mailboxes(accountId: AccountId): Promise<readonly Mailbox[]> {
    const found = await this.#query(mailboxesQuery, { accountId })
    if (found.length > 0) return found
    // Applying it makes the account with its INBOX, then finds that there is one: a record, so that a rebuild gives the same UIDVALIDITY.
    await this.#apply({ kind: 'create', atMs: this.#deps.clock.now(), accountId, name: 'INBOX', specialUse: undefined })
    return this.#query(mailboxesQuery, { accountId })
  }

  async mailbox(accountId: AccountId, name: string): Promise<Mailbox | undefined> {
    const normal = normaliseMailboxName(name)
    if (normal === undefined) return undefined
    await this.#records.told?.(accountId)
    const read = () => this.#readMailbox(accountId, normal)
    return await (this.#known === undefined ? read() : this.#known.get(accountId, normal, read))
  }

  async mailboxId(accountId: AccountId, name: string): Promise<MailboxId | undefined> {
    const normal = normaliseMailboxName(name)
    if (normal === undefined) return undefined
    const read = () => this.#readMailbox(accountId, normal)
    return await (this.#known === undefined ? (await read())?.mailboxId : this.#known.idOf(accountId, normal, read))
  }

  /** @param normal a name as `normaliseMailboxName` gives it */
  async #readMailbox(accountId: AccountId, normal: string): Promise<Mailbox | undefined> {
    const found = await this.#query(mailboxQuery, { accountId, name: normal })
    if (found !== undefined || normal !== 'INBOX') return found
    return (await this.mailboxes(accountId)).find((mailbox) => mailbox.name === 'INBOX')
  }

  hasChildren(accountId: AccountId, name: string): Promise<boolean> {
    return this.#deps.database.query(hasChildrenQuery, { accountId, name })
  }

  view(accountId: AccountId, mailboxId: MailboxId): Promise<MailboxView | undefined> {
    return this.#query(viewQuery, { accountId, mailboxId })
  }

  async changes(accountId: AccountId, mailboxId: MailboxId, since: ModSeq): Promise<MailboxChanges | undefined> {
    const changes = await this.#query(changesQuery, { accountId, mailboxId, since })
    return changes && unpackChanges(changes)
  }

  async *expunged(accountId: AccountId, mailboxId: MailboxId, since: ModSeq, until: ModSeq): AsyncIterable<UidRanges> {
    for (let from: ModSeq | undefined = since; from !== undefined && from < until; ) {
      const page: ExpungedPage = await this.#query(expungedQuery, { accountId, mailboxId, since: from, until })
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
        const asked = this.#query(messagesQuery, { accountId, mailboxId, first: from, last, ...wanted })
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
    return this.#listed.get({ accountId, mailboxId, first, last, ...columns }, (args) => this.#query(listQuery, args))
  }

  dates(accountId: AccountId, mailboxId: MailboxId, first: number, last: number): Promise<MessageDates> {
    return this.#query(datesQuery, { accountId, mailboxId, first, last })
  }

  threads(accountId: AccountId, mailboxId: MailboxId, first: number, last: number): Promise<MessageThreads> {
    return this.#query(threadsQuery, { accountId, mailboxId, first, last })
  }

  texts(accountId: AccountId, mailboxId: MailboxId, first: number, last: number, of: MessageText): Promise<MessageTexts> {
    return this.#query(textsQuery, { accountId, mailboxId, first, last, of })
  }

  read(body: MessageBody, start: number, end: number): Promise<Uint8Array> {
    return readBody(this.#deps.content, body, start, end)
  }

  readTogether(bodies: readonly MessageBody[], into: Buffer): Promise<readonly Uint8Array[]> {
    return readBodies(this.#deps.content, bodies, into)
  }

  async textCandidates(accountId: AccountId, mailboxId: MailboxId, texts: readonly WantedText[]): Promise<readonly (Uint32Array | undefined)[]> {
    await this.#records.told?.(accountId)
    const { isIndexed, uids } = await textCandidates(this.#deps.database, accountId, mailboxId, texts)
    if (!isIndexed) this.wantText(accountId)
    return uids
  }

  findTexts(messages: readonly SearchedMessage[], wanted: readonly WantedText[]): ReturnType<TextSearch['find']> {
    return this.#deps.texts.find(messages, wanted)
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
      return (await this.#deps.database.change(takeRecentChange, { accountId, mailboxId })) ?? noneRecent
    } catch (error) {
      // Reading goes on while nothing can be written.
      if (error instanceof DatabaseUnavailable) return noneRecent
      throw error
    }
  }

  async append(accountId: AccountId, mailboxId: MailboxId, { octets, messages, replaces }: Incoming): Promise<Outcome<Added>> {
    const freed = replaces === undefined ? 0 : await this.#sizeOf(accountId, replaces.mailboxId, [[replaces.uid, replaces.uid]])
    const sizeBytes = messages.reduce((sum, { sizeOctets }) => sum + sizeOctets, 0)
    if (await this.#overQuota(accountId, sizeBytes - freed)) return { refused: 'over-quota' }
    const atMs = this.#deps.clock.now()
    const appended = messages.map(({ sizeOctets, flags, internalDateMs }) => ({ octetsLength: sizeOctets, flags, internalDateMs: internalDateMs ?? atMs }))
    const [only] = appended
    const record: LogRecord =
      only !== undefined && appended.length === 1 && replaces === undefined
        ? { kind: 'append', atMs, accountId, mailboxId, flags: only.flags, internalDateMs: only.internalDateMs }
        : { kind: 'append-all', atMs, accountId, mailboxId, messages: appended, ...(replaces && { replaces }) }
    const outcome = await this.#apply<Added | { readonly refused: StoreRefusal } | undefined>(record, octets)
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
    return gone(await this.#apply<Flagged>({ kind: 'flags', accountId, mailboxId, uids, mode, flags, ...conditions }))
  }

  async copy(accountId: AccountId, from: MailboxId, uids: UidRanges, to: MailboxId): Promise<Outcome<Copied>> {
    if (await this.#overQuota(accountId, await this.#sizeOf(accountId, from, uids))) return { refused: 'over-quota' }
    return gone(await this.#apply<Copied>({ kind: 'copy', atMs: this.#deps.clock.now(), accountId, from, to, uids }))
  }

  async move(accountId: AccountId, from: MailboxId, uids: UidRanges, to: MailboxId): Promise<Outcome<Copied>> {
    return gone(await this.#apply<Copied>({ kind: 'move', atMs: this.#deps.clock.now(), accountId, from, to, uids }))
  }

  async transfer({ move, from, uids, to, only }: Transfer): Promise<Outcome<Copied>> {
    const { accountId } = from
    const atMs = this.#deps.clock.now()
    const record: LogRecord = { kind: move ? 'move' : 'copy', atMs, accountId, from: from.mailboxId, to: to.mailboxId, uids, ...(only && { only }) }
    const across = to.accountId !== accountId
    if ((across || !move) && (await this.#overQuota(to.accountId, await this.#sizeOf(accountId, from.mailboxId, uids)))) return { refused: 'over-quota' }
    if (!across) return gone(await this.#apply<Copied>(record))
    const transfer: LogRecord = { ...record, toAccountId: to.accountId }
    return gone((await this.#records.applyAcross({ header: encodeRecord(transfer), octets: [] }, transfer)) as Copied | undefined)
  }

  /** Runs the work while no change concerns two accounts, all that were made being in the index. In the process that writes only. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#records.alone === undefined) throw new Error('only the process that writes the log can keep others from it')
    return this.#records.alone(work)
  }

  grants(accountId: AccountId, mailboxId: MailboxId): Promise<readonly Grant[]> {
    return this.#query(grantsQuery, { accountId, mailboxId })
  }

  setGrant(accountId: AccountId, mailboxId: MailboxId, { granteeId, rights }: Grant): Promise<Outcome<{ readonly modSeq: ModSeq }>> {
    return this.#apply({ kind: 'acl', accountId, mailboxId, granteeId, rights: orderedRights(rights) })
  }

  sharedWith(accountId: AccountId): Promise<readonly SharedMailbox[]> {
    return this.#query(sharedWithQuery, { accountId })
  }

  sharedRights(accountId: AccountId, ownerId: AccountId, mailboxId: MailboxId): Promise<string> {
    return this.#query(sharedRightsQuery, { accountId, ownerId, mailboxId })
  }

  async metadata(of: MetadataOf, names: readonly string[], depth: number): Promise<readonly MetadataEntry[]> {
    return (await this.#query(metadataQuery, { ...of, names, depth })).map(toMetadataEntry)
  }

  metadataNames(accountId: AccountId, userId: AccountId): Promise<readonly MetadataName[]> {
    return this.#query(metadataNamesQuery, { accountId, userId })
  }

  setMetadata(of: MetadataOf, { entries, specialUse }: MetadataChange): Promise<Outcome<{ readonly modSeq: ModSeq }>> {
    const encoded = entries.map(({ name, value }) => [name, value === null ? null : Buffer.from(value).toString('base64')] as const)
    return this.#apply({ kind: 'metadata', atMs: this.#deps.clock.now(), ...of, entries: encoded, ...(specialUse !== undefined && { specialUse }) })
  }

  async expunge(
    accountId: AccountId,
    mailboxId: MailboxId,
    uids: UidRanges,
    options: { readonly deletedOnly: boolean },
  ): Promise<Outcome<{ readonly modSeq: ModSeq; readonly uids: readonly Uid[] }>> {
    return gone(await this.#apply<{ modSeq: ModSeq; uids: readonly Uid[] }>({ kind: 'expunge', accountId, mailboxId, uids, deletedOnly: options.deletedOnly }))
  }

  async createMailbox(accountId: AccountId, name: string, specialUse?: SpecialUse): Promise<Outcome<Mailbox>> {
    const normal = normaliseMailboxName(name)
    if (normal === undefined) return { refused: 'name-invalid' }
    return this.#made(accountId, normal, { kind: 'create', atMs: this.#deps.clock.now(), accountId, name: normal, specialUse })
  }

  async renameMailbox(accountId: AccountId, from: string, to: string): Promise<Outcome<Mailbox>> {
    const name = normaliseMailboxName(from)
    if (name === undefined) return { refused: 'no-such-mailbox' }
    const target = normaliseMailboxName(to)
    if (target === undefined) return { refused: 'name-invalid' }
    return this.#made(accountId, target, { kind: 'rename', atMs: this.#deps.clock.now(), accountId, name, to: target })
  }

  async deleteMailbox(accountId: AccountId, name: string): Promise<Outcome<{ readonly modSeq: ModSeq }>> {
    const normal = normaliseMailboxName(name)
    if (normal === undefined) return { refused: 'no-such-mailbox' }
    return this.#apply({ kind: 'delete', accountId, name: normal })
  }

  subscriptions(accountId: AccountId): Promise<readonly string[]> {
    return this.#query(subscriptionsQuery, { accountId })
  }

  async subscribe(accountId: AccountId, name: string, subscribed: boolean): Promise<Outcome<{ readonly modSeq: ModSeq }>> {
    const normal = normaliseMailboxName(name)
    if (normal === undefined) return { refused: 'name-invalid' }
    // It may be the first that is heard of the account.
    await this.mailboxes(accountId)
    return this.#apply({ kind: 'subscribe', accountId, name: normal, subscribed })
  }

  async removeAccount(accountId: AccountId): Promise<void> {
    this.#notices.forgetUsage(accountId)
    await this.#apply({ kind: 'remove-account', accountId })
  }

  /** The same from memory; undefined: ask `usage`. */
  usageNow(accountId: AccountId): Usage | undefined {
    return this.#notices.usage(accountId)
  }

  async usage(accountId: AccountId): Promise<Usage> {
    await this.#records.told?.(accountId)
    return await this.#usageInIndex(accountId)
  }

  async usages(accountIds: readonly AccountId[]): Promise<ReadonlyMap<AccountId, Usage>> {
    const found = await this.#deps.database.query(usagesQuery, { accountIds })
    return new Map(found.map(({ accountId, ...usage }) => [accountId, usage]))
  }

  async #usageInIndex(accountId: AccountId): Promise<Usage> {
    const known = this.#notices.usage(accountId)
    if (known !== undefined) return known
    const usage = await this.#query(usageQuery, { accountId })
    this.#notices.keepUsage(accountId, usage)
    return usage
  }

  listen(accountId: AccountId, listener: (notice: Notice) => void): () => void {
    return this.#notices.listen(accountId, listener)
  }

  async #apply<T>(record: LogRecord, octets: readonly Piece[] = []): Promise<T> {
    return (await this.#records.apply({ header: encodeRecord(record), octets }, record)) as T
  }

  /** What was told of the account is there when it is read. */
  async #query<A extends { readonly accountId: AccountId }, R>(query: Query<A, R>, args: A): Promise<R> {
    const told = this.#records.told?.(args.accountId)
    if (told !== undefined) await told
    return await this.#deps.database.query(query, args)
  }

  async #made(accountId: AccountId, name: string, record: LogRecord): Promise<Outcome<Mailbox>> {
    const outcome = await this.#apply<{ readonly done: unknown } | { readonly refused: StoreRefusal }>(record)
    if ('refused' in outcome) return outcome
    const mailbox = await this.#query(mailboxQuery, { accountId, name })
    return mailbox === undefined ? { refused: 'no-such-mailbox' } : { done: mailbox }
  }

  async quota(accountId: AccountId): Promise<{ readonly usedBytes: number; readonly quotaBytes: number | undefined }> {
    const { usedBytes } = await this.usage(accountId)
    return { usedBytes, quotaBytes: await this.#deps.quotaOf(accountId) }
  }

  deletedIn(accountId: AccountId, mailboxId: MailboxId): Promise<Deleted> {
    return this.#query(deletedQuery, { accountId, mailboxId })
  }

  async #overQuota(accountId: AccountId, moreBytes: number): Promise<boolean> {
    const quotaBytes = await this.#deps.quotaOf(accountId)
    if (quotaBytes === undefined) return false
    const told = this.#records.toldBytes?.(accountId) ?? 0
    if (told > 0 && (await this.#usageInIndex(accountId)).usedBytes + told + moreBytes <= quotaBytes) return false
    return (await this.usage(accountId)).usedBytes + moreBytes > quotaBytes
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
