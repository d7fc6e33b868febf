import type { Clock } from '../base/clock.ts'
import type { Content, Piece } from '../content/content.ts'
import type { Database, Query } from '../database/database.ts'
import type { AccountId, MailboxId, ModSeq } from '../mail/ids.ts'
import type { TextSearch } from './fulltext/work.ts'
import { judgedFolderQuery } from './judged-folder.ts'
import { KnownMailboxes } from './known-mailboxes.ts'
import { normaliseMailboxName } from './mailbox-name.ts'
import type { JudgedFolder, Mailbox, Notice, SpecialUse } from './mailbox.ts'
import { type MetadataChange, type MetadataEntry, type MetadataName, metadataNamesQuery, type MetadataOf, metadataQuery, toMetadataEntry } from './metadata.ts'
import { Notices, type Step, type Usage } from './notices.ts'
import { encodeRecord } from './pack-record.ts'
import { hasChildrenQuery, mailboxesQuery, mailboxQuery, subscriptionsQuery, usageQuery, usagesQuery } from './queries.ts'
import type { LogRecord } from './record.ts'
import type { Records } from './records.ts'
import { type Grant, grantsQuery, orderedRights, type SharedMailbox, sharedRightsQuery, sharedWithQuery } from './sharing.ts'
import type { Outcome, StoreRefusal } from './store.ts'

export interface ReadingDependencies {
  readonly content: Pick<Content, 'read' | 'readTogether'>
  readonly database: Pick<Database, 'query' | 'change'>
  readonly texts: TextSearch
  readonly clock: Clock
  /** Bytes that the account may hold; undefined = any. */
  readonly quotaOf: (accountId: AccountId) => Promise<number | undefined>
}

/** What an account has: its mailboxes and who shares them, subscriptions, annotations, how much it holds. */
export class AccountStore {
  /** The log and the index, for who brings records of another process, too. */
  readonly records: Records
  protected readonly deps: ReadingDependencies
  protected readonly notices: Notices
  /** Only where the changes are made. */
  readonly #known: KnownMailboxes | undefined

  protected constructor(deps: ReadingDependencies, records: Records, notices: Notices, known?: KnownMailboxes) {
    this.deps = deps
    this.records = records
    this.notices = notices
    this.#known = known
  }

  /** The index has moved, in another process. */
  tell(step: Step): void {
    this.notices.tell(step)
  }

  /** Called after each step of the index, whatever account it changed. */
  onStep(listener: (step: Step) => void): void {
    this.notices.onStep(listener)
  }

  listen(accountId: AccountId, listener: (notice: Notice) => void): () => void {
    return this.notices.listen(accountId, listener)
  }

  /** Is there a folder for what was judged so? */
  hasFolder(accountId: AccountId, folder: JudgedFolder): Promise<boolean> {
    return this.query(judgedFolderQuery, { accountId, folder })
  }

  async mailboxes(accountId: AccountId): Promise<readonly Mailbox[]> {
    const found = await this.query(mailboxesQuery, { accountId })
    if (found.length > 0) return found
    // Applying it makes the account with its INBOX, then finds that there is one: a record, so that a rebuild gives the same UIDVALIDITY.
    await this.apply({ kind: 'create', atMs: this.deps.clock.now(), accountId, name: 'INBOX', specialUse: undefined })
    return this.query(mailboxesQuery, { accountId })
  }

  async mailbox(accountId: AccountId, name: string): Promise<Mailbox | undefined> {
    const normal = normaliseMailboxName(name)
    if (normal === undefined) return undefined
    await this.records.told?.(accountId)
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
    const found = await this.query(mailboxQuery, { accountId, name: normal })
    if (found !== undefined || normal !== 'INBOX') return found
    return (await this.mailboxes(accountId)).find((mailbox) => mailbox.name === 'INBOX')
  }

  hasChildren(accountId: AccountId, name: string): Promise<boolean> {
    return this.deps.database.query(hasChildrenQuery, { accountId, name })
  }

  async createMailbox(accountId: AccountId, name: string, specialUse?: SpecialUse): Promise<Outcome<Mailbox>> {
    const normal = normaliseMailboxName(name)
    if (normal === undefined) return { refused: 'name-invalid' }
    return this.#made(accountId, normal, { kind: 'create', atMs: this.deps.clock.now(), accountId, name: normal, specialUse })
  }

  async renameMailbox(accountId: AccountId, from: string, to: string): Promise<Outcome<Mailbox>> {
    const name = normaliseMailboxName(from)
    if (name === undefined) return { refused: 'no-such-mailbox' }
    const target = normaliseMailboxName(to)
    if (target === undefined) return { refused: 'name-invalid' }
    return this.#made(accountId, target, { kind: 'rename', atMs: this.deps.clock.now(), accountId, name, to: target })
  }

  async deleteMailbox(accountId: AccountId, name: string): Promise<Outcome<{ readonly modSeq: ModSeq }>> {
    const normal = normaliseMailboxName(name)
    if (normal === undefined) return { refused: 'no-such-mailbox' }
    return this.apply({ kind: 'delete', accountId, name: normal })
  }

  async #made(accountId: AccountId, name: string, record: LogRecord): Promise<Outcome<Mailbox>> {
    const outcome = await this.apply<{ readonly done: unknown } | { readonly refused: StoreRefusal }>(record)
    if ('refused' in outcome) return outcome
    const mailbox = await this.query(mailboxQuery, { accountId, name })
    return mailbox === undefined ? { refused: 'no-such-mailbox' } : { done: mailbox }
  }

  subscriptions(accountId: AccountId): Promise<readonly string[]> {
    return this.query(subscriptionsQuery, { accountId })
  }

  async subscribe(accountId: AccountId, name: string, subscribed: boolean): Promise<Outcome<{ readonly modSeq: ModSeq }>> {
    const normal = normaliseMailboxName(name)
    if (normal === undefined) return { refused: 'name-invalid' }
    // It may be the first that is heard of the account.
    await this.mailboxes(accountId)
    return this.apply({ kind: 'subscribe', accountId, name: normal, subscribed })
  }

  grants(accountId: AccountId, mailboxId: MailboxId): Promise<readonly Grant[]> {
    return this.query(grantsQuery, { accountId, mailboxId })
  }

  setGrant(accountId: AccountId, mailboxId: MailboxId, { granteeId, rights }: Grant): Promise<Outcome<{ readonly modSeq: ModSeq }>> {
    return this.apply({ kind: 'acl', accountId, mailboxId, granteeId, rights: orderedRights(rights) })
  }

  sharedWith(accountId: AccountId): Promise<readonly SharedMailbox[]> {
    return this.query(sharedWithQuery, { accountId })
  }

  sharedRights(accountId: AccountId, ownerId: AccountId, mailboxId: MailboxId): Promise<string> {
    return this.query(sharedRightsQuery, { accountId, ownerId, mailboxId })
  }

  async metadata(of: MetadataOf, names: readonly string[], depth: number): Promise<readonly MetadataEntry[]> {
    return (await this.query(metadataQuery, { ...of, names, depth })).map(toMetadataEntry)
  }

  metadataNames(accountId: AccountId, userId: AccountId): Promise<readonly MetadataName[]> {
    return this.query(metadataNamesQuery, { accountId, userId })
  }

  setMetadata(of: MetadataOf, { entries, specialUse }: MetadataChange): Promise<Outcome<{ readonly modSeq: ModSeq }>> {
    const encoded = entries.map(({ name, value }) => [name, value === null ? null : Buffer.from(value).toString('base64')] as const)
    return this.apply({ kind: 'metadata', atMs: this.deps.clock.now(), ...of, entries: encoded, ...(specialUse !== undefined && { specialUse }) })
  }

  async removeAccount(accountId: AccountId): Promise<void> {
    this.notices.forgetUsage(accountId)
    await this.apply({ kind: 'remove-account', accountId })
  }

  /** The same from memory; undefined: ask `usage`. */
  usageNow(accountId: AccountId): Usage | undefined {
    return this.notices.usage(accountId)
  }

  async usage(accountId: AccountId): Promise<Usage> {
    await this.records.told?.(accountId)
    return await this.#usageInIndex(accountId)
  }

  async usages(accountIds: readonly AccountId[]): Promise<ReadonlyMap<AccountId, Usage>> {
    const found = await this.deps.database.query(usagesQuery, { accountIds })
    return new Map(found.map(({ accountId, ...usage }) => [accountId, usage]))
  }

  async #usageInIndex(accountId: AccountId): Promise<Usage> {
    const known = this.notices.usage(accountId)
    if (known !== undefined) return known
    const usage = await this.query(usageQuery, { accountId })
    this.notices.keepUsage(accountId, usage)
    return usage
  }

  async quota(accountId: AccountId): Promise<{ readonly usedBytes: number; readonly quotaBytes: number | undefined }> {
    const { usedBytes } = await this.usage(accountId)
    return { usedBytes, quotaBytes: await this.deps.quotaOf(accountId) }
  }

  protected async overQuota(accountId: AccountId, moreBytes: number): Promise<boolean> {
    const quotaBytes = await this.deps.quotaOf(accountId)
    if (quotaBytes === undefined) return false
    const told = this.records.toldBytes?.(accountId) ?? 0
    if (told > 0 && (await this.#usageInIndex(accountId)).usedBytes + told + moreBytes <= quotaBytes) return false
    return (await this.usage(accountId)).usedBytes + moreBytes > quotaBytes
  }

  protected async apply<T>(record: LogRecord, octets: readonly Piece[] = []): Promise<T> {
    return (await this.records.apply({ header: encodeRecord(record), octets }, record)) as T
  }

  /** What was told of the account is there when it is read. */
  protected async query<A extends { readonly accountId: AccountId }, R>(query: Query<A, R>, args: A): Promise<R> {
    const told = this.records.told?.(args.accountId)
    if (told !== undefined) await told
    return await this.deps.database.query(query, args)
  }
}
