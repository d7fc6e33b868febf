import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Content, Piece } from '../content/content.ts'
import { type Database, DatabaseUnavailable } from '../database/database.ts'
import type { AccountId, MailboxId, ModSeq, Uid } from '../mail/ids.ts'
import { Follower, type Usage } from './follower.ts'
import type { Flags, Mailbox, MailboxChanges, MailboxView, Message, MessageBody, Notice, SpecialUse } from './mailbox.ts'
import { normaliseMailboxName } from './mailbox-name.ts'
import {
  type MessagePage,
  mailboxesQuery,
  mailboxQuery,
  messagesQuery,
  pageNumbers,
  subscriptionsQuery,
  usageQuery,
  viewQuery,
  changesQuery,
} from './queries.ts'
import { takeRecentChange } from './recent.ts'
import { finishRebuild } from './rebuild.ts'
import { encodeRecord, type LogRecord } from './record.ts'
import type { Copied, MessageColumns, Outcome, Store, StoreRefusal } from './store.ts'
import type { UidRanges } from './uid-ranges.ts'

/** Accounts whose counters are kept in memory, for the quota check at RCPT. About 100 bytes each. */
const maxUsages = 100_000

const greatestUid = 0xffff_ffff as Uid

export interface StoreDependencies {
  readonly content: Content
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Bytes that the account may hold; undefined = any. */
  readonly quotaOf: (accountId: AccountId) => Promise<number | undefined>
}

/** The store over the content log and its index (DESIGN decision 2). */
export class IndexedStore implements Store {
  readonly #deps: StoreDependencies
  readonly #follower: Follower
  readonly #listeners: Map<AccountId, Set<(notice: Notice) => void>>
  readonly #usages: Map<AccountId, Usage>

  private constructor(
    deps: StoreDependencies,
    follower: Follower,
    state: { listeners: Map<AccountId, Set<(notice: Notice) => void>>; usages: Map<AccountId, Usage> },
  ) {
    this.#deps = deps
    this.#follower = follower
    this.#listeners = state.listeners
    this.#usages = state.usages
  }

  /** Resolves when the index covers the whole log. */
  static async open(deps: StoreDependencies): Promise<IndexedStore> {
    await finishRebuild(deps)
    const state = { listeners: new Map<AccountId, Set<(notice: Notice) => void>>(), usages: new Map<AccountId, Usage>() }
    const follower = await Follower.open({
      ...deps,
      onChange(notice, usage) {
        // Only who is known already is kept up to date: a replay of a million accounts must not fill memory.
        if (state.usages.has(notice.accountId)) state.usages.set(notice.accountId, usage)
        const listeners = state.listeners.get(notice.accountId)
        if (listeners !== undefined) for (const listener of listeners) listener(notice)
      },
    })
    return new IndexedStore(deps, follower, state)
  }

  /** A record of mail, durable when this resolves (delivery/commit.ts); the index follows within milliseconds. */
  async deliver(record: LogRecord & { kind: 'mail' }, octets: readonly Piece[]): Promise<void> {
    await this.#follower.append({ header: encodeRecord(record), octets })
  }

  /** Any record with its octets, once it is applied: compaction writes them (compact.ts). */
  async record(record: LogRecord, octets: Uint8Array): Promise<void> {
    await this.#apply(record, [octets])
  }

  /** Resolves when everything durable by now is in the index. */
  settled(): Promise<void> {
    return this.#follower.settled()
  }

  close(): Promise<void> {
    return this.#follower.close()
  }

  async mailboxes(accountId: AccountId): Promise<readonly Mailbox[]> {
    const found = await this.#deps.database.query(mailboxesQuery, { accountId })
    if (found.length > 0) return found
    // Applying it makes the account with its INBOX, then finds that there is one: a record, so that a rebuild gives the same UIDVALIDITY.
    await this.#apply({ kind: 'create', atMs: this.#deps.clock.now(), accountId, name: 'INBOX', specialUse: undefined })
    return this.#deps.database.query(mailboxesQuery, { accountId })
  }

  async mailbox(accountId: AccountId, name: string): Promise<Mailbox | undefined> {
    const normal = normaliseMailboxName(name)
    if (normal === undefined) return undefined
    const found = await this.#deps.database.query(mailboxQuery, { accountId, name: normal })
    if (found !== undefined || normal !== 'INBOX') return found
    return (await this.mailboxes(accountId)).find((mailbox) => mailbox.name === 'INBOX')
  }

  view(accountId: AccountId, mailboxId: MailboxId): Promise<MailboxView | undefined> {
    return this.#deps.database.query(viewQuery, { accountId, mailboxId })
  }

  changes(accountId: AccountId, mailboxId: MailboxId, since: ModSeq): Promise<MailboxChanges | undefined> {
    return this.#deps.database.query(changesQuery, { accountId, mailboxId, since })
  }

  async *messages(accountId: AccountId, mailboxId: MailboxId, uids: UidRanges, columns: MessageColumns): AsyncIterable<readonly Message[]> {
    const wanted = { envelope: columns.envelope ?? false, bodyStructure: columns.bodyStructure ?? false, parts: columns.parts ?? false }
    for (const [first, last] of uids) {
      let from: number | undefined = first
      while (from !== undefined) {
        const page: MessagePage = await this.#deps.database.query(messagesQuery, { accountId, mailboxId, first: from, last, ...wanted })
        if (page.keywords.length > 0) yield unpackPage(page)
        from = page.next !== undefined && page.next <= last ? page.next : undefined
      }
    }
  }

  async read(body: MessageBody, start: number, end: number): Promise<Uint8Array> {
    const { content } = this.#deps
    const { location, prefixStart, prefixLength, octetsStart } = body
    // The usual message has one destination: its prefix stands right before the octets.
    if (prefixStart + prefixLength === octetsStart) return content.read(location, prefixStart + start, prefixStart + end)
    if (start >= prefixLength) return content.read(location, octetsStart + start - prefixLength, octetsStart + end - prefixLength)
    if (end <= prefixLength) return content.read(location, prefixStart + start, prefixStart + end)
    return Buffer.concat([
      await content.read(location, prefixStart + start, prefixStart + prefixLength),
      await content.read(location, octetsStart, octetsStart + end - prefixLength),
    ])
  }

  async takeRecent(accountId: AccountId, mailboxId: MailboxId): Promise<Uid> {
    try {
      return (await this.#deps.database.change(takeRecentChange, { accountId, mailboxId })) ?? (1 as Uid)
    } catch (error) {
      // Reading goes on while nothing can be written.
      if (error instanceof DatabaseUnavailable) return greatestUid
      throw error
    }
  }

  async append(
    accountId: AccountId,
    mailboxId: MailboxId,
    message: { readonly octets: readonly Piece[]; readonly flags: Flags; readonly internalDateMs: number | undefined },
  ): Promise<Outcome<{ readonly uid: Uid; readonly uidValidity: number }>> {
    const sizeBytes = message.octets.reduce((sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : piece.sizeBytes), 0)
    if (await this.#overQuota(accountId, sizeBytes)) return { refused: 'over-quota' }
    const atMs = this.#deps.clock.now()
    const record: LogRecord = { kind: 'append', atMs, accountId, mailboxId, flags: message.flags, internalDateMs: message.internalDateMs ?? atMs }
    return gone(await this.#apply<{ uid: Uid; uidValidity: number }>(record, message.octets))
  }

  async setFlags(
    accountId: AccountId,
    mailboxId: MailboxId,
    uids: UidRanges,
    mode: 'add' | 'remove' | 'replace',
    flags: Flags,
  ): Promise<Outcome<{ readonly modSeq: ModSeq }>> {
    return gone(await this.#apply<{ modSeq: ModSeq }>({ kind: 'flags', accountId, mailboxId, uids, mode, flags }))
  }

  async copy(accountId: AccountId, from: MailboxId, uids: UidRanges, to: MailboxId): Promise<Outcome<Copied>> {
    if (await this.#overQuota(accountId, await this.#sizeOf(accountId, from, uids))) return { refused: 'over-quota' }
    return gone(await this.#apply<Copied>({ kind: 'copy', accountId, from, to, uids }))
  }

  async move(accountId: AccountId, from: MailboxId, uids: UidRanges, to: MailboxId): Promise<Outcome<Copied>> {
    return gone(await this.#apply<Copied>({ kind: 'move', accountId, from, to, uids }))
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
    return this.#deps.database.query(subscriptionsQuery, { accountId })
  }

  async subscribe(accountId: AccountId, name: string, subscribed: boolean): Promise<Outcome<{ readonly modSeq: ModSeq }>> {
    const normal = normaliseMailboxName(name)
    if (normal === undefined) return { refused: 'name-invalid' }
    return this.#apply({ kind: 'subscribe', accountId, name: normal, subscribed })
  }

  async removeAccount(accountId: AccountId): Promise<void> {
    this.#usages.delete(accountId)
    await this.#apply({ kind: 'remove-account', accountId })
  }

  /** The same from memory; undefined: ask `usage`. */
  usageNow(accountId: AccountId): Usage | undefined {
    return this.#usages.get(accountId)
  }

  async usage(accountId: AccountId): Promise<Usage> {
    const known = this.#usages.get(accountId)
    if (known !== undefined) return known
    if (this.#usages.size >= maxUsages) this.#usages.clear()
    const usage = await this.#deps.database.query(usageQuery, { accountId })
    if (!this.#usages.has(accountId)) this.#usages.set(accountId, usage)
    return usage
  }

  listen(accountId: AccountId, listener: (notice: Notice) => void): () => void {
    let listeners = this.#listeners.get(accountId)
    if (listeners === undefined) this.#listeners.set(accountId, (listeners = new Set()))
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(accountId) === listeners) this.#listeners.delete(accountId)
    }
  }

  async #apply<T>(record: LogRecord, octets: readonly Piece[] = []): Promise<T> {
    return (await this.#follower.apply({ header: encodeRecord(record), octets })) as T
  }

  async #made(accountId: AccountId, name: string, record: LogRecord): Promise<Outcome<Mailbox>> {
    const outcome = await this.#apply<{ readonly done: unknown } | { readonly refused: StoreRefusal }>(record)
    if ('refused' in outcome) return outcome
    const mailbox = await this.#deps.database.query(mailboxQuery, { accountId, name })
    return mailbox === undefined ? { refused: 'no-such-mailbox' } : { done: mailbox }
  }

  async #overQuota(accountId: AccountId, moreBytes: number): Promise<boolean> {
    const quotaBytes = await this.#deps.quotaOf(accountId)
    return quotaBytes !== undefined && (await this.usage(accountId)).usedBytes + moreBytes > quotaBytes
  }

  async #sizeOf(accountId: AccountId, mailboxId: MailboxId, uids: UidRanges): Promise<number> {
    let bytes = 0
    for await (const page of this.messages(accountId, mailboxId, uids, {})) for (const message of page) bytes += message.sizeBytes
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
    const [uid, emailId, system, modSeq, internalDateMs, sizeBytes, segment, offset, prefixStart, prefixLength, octetsStart, octetsLength] =
      n as unknown as number[]
    return {
      uid,
      emailId,
      system,
      keywords: words,
      modSeq,
      internalDateMs,
      sizeBytes,
      envelope: take(lengths[index * 3] as number),
      bodyStructure: take(lengths[index * 3 + 1] as number),
      parts: take(lengths[index * 3 + 2] as number),
      body: { location: { segment, offset }, prefixStart, prefixLength, octetsStart, octetsLength },
    } as Message
  })
}
