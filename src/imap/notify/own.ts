import type { AccountId, MailboxId, ModSeq } from '../../mail/ids.ts'
import type { Resolved } from '../resolve.ts'
import type { Selected, Session } from '../session.ts'
import { placeOf } from './sight.ts'
import { nothingYet, type Watch } from './watch.ts'

interface Place {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
}

/** What a session does itself: it knows of it, and is not told (RFC 5465 5). Each command that changes anything says so here. */
export class Own {
  readonly #session: Session
  readonly #watch: Watch | undefined
  /** UIDs that it put into the selected mailbox, and those that it removed there, until it is told of them. */
  #added = new Set<number>()
  #removed = new Set<number>()

  constructor(session: Session, watch: Watch | undefined) {
    this.#session = session
    this.#watch = watch
  }

  takeAdded(): ReadonlySet<number> {
    const added = this.#added
    this.#added = new Set()
    return added
  }

  takeRemoved(): ReadonlySet<number> {
    const removed = this.#removed
    this.#removed = new Set()
    return removed
  }

  /** A mailbox, with those above it that were not there. What somebody has put into it since is news. */
  async created(accountId: AccountId, name: string): Promise<void> {
    await this.#watch?.own(accountId, async (known, look) => {
      const now = await look()
      for (const [place, found] of now.mailboxes) {
        const one = found.mailbox.name
        if (known.mailboxes.has(place) || !(one === name || name.startsWith(`${one}/`))) continue
        known.mailboxes.set(place, found.mailbox.uidNext === 1 ? found : { ...found, mailbox: { ...found.mailbox, ...nothingYet } })
        known.metadata.set(place, now.metadata.get(place) ?? new Map<string, number | string>())
      }
    })
  }

  async deleted({ accountId, mailbox }: Resolved): Promise<void> {
    await this.#watch?.own(accountId, (known) => {
      known.mailboxes.delete(placeOf(accountId, mailbox.mailboxId))
      known.metadata.delete(placeOf(accountId, mailbox.mailboxId))
    })
  }

  /** With what is below it, and as far as it is one's own with its subscription. INBOX stays, and is empty. */
  async renamed({ accountId, mailbox: { name: from }, ownName }: Resolved, to: string): Promise<void> {
    const renamed = (name: string): string | undefined => (name === from || name.startsWith(`${from}/`) ? to + name.slice(from.length) : undefined)
    await this.#watch?.own(accountId, ({ mailboxes, subscriptions }) => {
      if (ownName === 'INBOX') return
      for (const [place, found] of mailboxes) {
        const name = found.accountId === accountId ? renamed(found.mailbox.name) : undefined
        if (name !== undefined) mailboxes.set(place, { ...found, mailbox: { ...found.mailbox, name } })
      }
      if (accountId !== this.#session.accountId) return
      for (const old of [...subscriptions]) {
        const name = renamed(old)
        if (name !== undefined && subscriptions.delete(old)) subscriptions.add(name)
      }
    })
    await this.created(accountId, to)
  }

  async subscribed(name: string, subscribed: boolean): Promise<void> {
    await this.#watch?.own(this.#session.accountId, ({ subscriptions }) => {
      if (subscribed) subscriptions.add(name)
      else subscriptions.delete(name)
    })
  }

  /** Entries that got a value; null: that went. */
  async annotated({ accountId, mailboxId }: Place, entries: readonly (readonly [name: string, version: ModSeq | string | null])[]): Promise<void> {
    await this.#watch?.own(accountId, ({ metadata }) => {
      const place = placeOf(accountId, mailboxId)
      const names = metadata.get(place) ?? new Map<string, number | string>()
      for (const [name, version] of entries) {
        if (version === null) names.delete(name)
        else names.set(name, version)
      }
      metadata.set(place, names)
    })
  }

  async added(to: Place, uids: readonly number[]): Promise<void> {
    if (this.#isSelected(to)) for (const uid of uids) this.#added.add(uid)
    else await this.#counted(to, { added: new Set(uids), removed: new Set() })
  }

  async removed(from: Place, uids: readonly number[]): Promise<void> {
    if (this.#isSelected(from)) for (const uid of uids) this.#removed.add(uid)
    else await this.#counted(from, { added: new Set(), removed: new Set(uids) })
  }

  /** Of a mailbox that is not selected any more the session knows what it was told: the rest is news. */
  left({ accountId, tracker }: Selected): void {
    this.#watch?.ownNow(({ mailboxes }) => {
      const place = placeOf(accountId, tracker.live.mailboxId)
      const known = mailboxes.get(place)
      if (known === undefined) return
      const told = { messages: tracker.exists, uidNext: tracker.unknownFrom, highestModSeq: tracker.toldModSeq }
      mailboxes.set(place, { ...known, mailbox: { ...known.mailbox, ...told } })
    })
  }

  /** What is counted in a mailbox that is not selected is known if nothing else happened there. */
  async #counted(
    { accountId, mailboxId }: Place,
    { added, removed }: { readonly added: ReadonlySet<number>; readonly removed: ReadonlySet<number> },
  ): Promise<void> {
    await this.#watch?.own(accountId, async ({ mailboxes }) => {
      const place = placeOf(accountId, mailboxId)
      const before = mailboxes.get(place)
      const changes = before && (await this.#session.store.changes(accountId, mailboxId, before.mailbox.highestModSeq))
      if (before === undefined || changes === undefined) return
      if (!changes.changed.every(({ uid }) => added.has(uid)) || !changes.expunged.every((uid) => removed.has(uid))) return
      const { name, specialUse, subscribed } = before.mailbox
      mailboxes.set(place, { ...before, mailbox: { ...changes.mailbox, name, specialUse, subscribed } })
    })
  }

  #isSelected({ accountId, mailboxId }: Place): boolean {
    const { selected } = this.#session
    return selected?.accountId === accountId && selected.mailboxId === mailboxId
  }
}
