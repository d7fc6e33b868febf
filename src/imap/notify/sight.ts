import type { AccountId, MailboxId } from '../../mail/ids.ts'
import { type MetadataName, serverEntries } from '../../store/metadata.ts'
import { allRights } from '../../store/sharing.ts'
import { specialUseEntry } from '../metadata.ts'
import { isOtherUsers, sharedMailboxes } from '../other-users.ts'
import type { Resolved } from '../resolve.ts'
import type { Session } from '../session.ts'

/** What a session sees of mailboxes at one moment; as it was told of them, where the session itself changes it. */
export interface Sight {
  /** By `placeOf`. */
  readonly mailboxes: Map<string, Resolved>
  readonly subscriptions: Set<string>
  /** By `placeOf` the names of annotations; another version is another value. */
  readonly metadata: Map<string, Map<string, number | string>>
}

/** Mailboxes of different accounts may have the same number. `serverEntries` of one's own account: the server. */
export function placeOf(accountId: AccountId, mailboxId: MailboxId): string {
  return `${accountId}:${mailboxId}`
}

/** What has to be looked at. */
export interface Looking {
  /** What others share. */
  readonly others: boolean
  readonly metadata: boolean
  readonly serverMetadata: boolean
}

/** Looks for a session at all that it can see, and listens to who can change it. */
export class Eyes {
  readonly #session: Session
  readonly #looking: Looking
  readonly #changed: () => void
  readonly #stops = new Map<AccountId | 'directory', () => void>()
  /** Read once for each change of it. */
  readonly #metadata = new Map<AccountId, Promise<readonly MetadataName[]>>()

  /** @param changed called when something may have happened */
  constructor(session: Session, looking: Looking, changed: () => void) {
    this.#session = session
    this.#looking = looking
    this.#changed = changed
    this.#listenTo(session.accountId)
    if (looking.others || looking.serverMetadata) this.#stops.set('directory', session.dependencies.neighbours.onChange(changed))
  }

  close(): void {
    for (const stop of this.#stops.values()) stop()
    this.#stops.clear()
  }

  /** The session itself has changed something in the account, and sees it from now on. */
  forget(accountId: AccountId): void {
    this.#metadata.delete(accountId)
    this.#session.views.forgetList(accountId)
  }

  /** Rejects as the store does. */
  async look(): Promise<Sight> {
    const { accountId, views } = this.#session
    const { mailboxes, subscriptions } = await views.list(accountId)
    const own = mailboxes
      .filter(({ name }) => !isOtherUsers(name))
      .map((mailbox): Resolved => ({ accountId, mailbox, ownName: mailbox.name, rights: allRights }))
    const all = [...own, ...(this.#looking.others ? await this.#shared() : [])]
    return {
      mailboxes: new Map(all.map((one) => [placeOf(one.accountId, one.mailbox.mailboxId), one])),
      subscriptions: new Set(subscriptions),
      metadata: await this.#metadataOf(all),
    }
  }

  async #shared(): Promise<readonly Resolved[]> {
    const shared = await sharedMailboxes(this.#session)
    const owners = new Set<AccountId | 'directory'>(shared.map(({ accountId }) => accountId))
    for (const [of, stop] of this.#stops) {
      if (of === 'directory' || of === this.#session.accountId || owners.has(of)) continue
      stop()
      this.#stops.delete(of)
      this.#metadata.delete(of)
    }
    const fresh = shared.filter(({ accountId }) => !this.#stops.has(accountId))
    for (const { accountId } of fresh) this.#listenTo(accountId)
    // What happened before somebody listened may be missing.
    return fresh.length === 0 ? shared : await sharedMailboxes(this.#session)
  }

  async #metadataOf(mailboxes: readonly Resolved[]): Promise<Sight['metadata']> {
    const found: Sight['metadata'] = new Map()
    const { metadata, serverMetadata } = this.#looking
    const note = (place: string, name: string, version: number | string): void => {
      const names = found.get(place) ?? new Map<string, number | string>()
      found.set(place, names.set(name, version))
    }
    if (!metadata && !serverMetadata) return found
    const { accountId: userId, dependencies } = this.#session
    for (const accountId of new Set([userId, ...mailboxes.map((one) => one.accountId)])) {
      for (const { mailboxId, name, modSeq } of await this.#namesIn(accountId)) note(placeOf(accountId, mailboxId), name, modSeq)
    }
    for (const { accountId, mailbox } of mailboxes) {
      if (mailbox.specialUse !== null) note(placeOf(accountId, mailbox.mailboxId), specialUseEntry, mailbox.specialUse)
    }
    const { comment, admin } = dependencies.serverNotes()
    if (comment !== '') note(placeOf(userId, serverEntries), '/shared/comment', comment)
    if (admin !== '') note(placeOf(userId, serverEntries), '/shared/admin', admin)
    return found
  }

  async #namesIn(accountId: AccountId): Promise<readonly MetadataName[]> {
    const known = this.#metadata.get(accountId)
    if (known !== undefined) return known
    const reading = this.#session.store.metadataNames(accountId, this.#session.accountId)
    // What is heard while it is on its way makes the answer an old one: it is asked for again.
    this.#metadata.set(accountId, reading)
    try {
      return await reading
    } catch (error) {
      this.#metadata.delete(accountId)
      throw error
    }
  }

  #listenTo(accountId: AccountId): void {
    const stop = this.#session.views.watch(accountId, ({ mailboxId }) => {
      // Annotations are no matter of a mailbox's messages.
      if (mailboxId === 0) this.#metadata.delete(accountId)
      this.#changed()
    })
    this.#stops.set(accountId, stop)
  }
}
