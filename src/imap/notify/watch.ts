import { DatabaseUnavailable } from '../../database/database.ts'
import type { AccountId, ModSeq, Uid } from '../../mail/ids.ts'
import type { Mailbox } from '../../store/mailbox.ts'
import { serverEntries } from '../../store/metadata.ts'
import { Hierarchy, levelsAbove } from '../list/hierarchy.ts'
import { matchesFilter, withOthersInbox } from '../list/matches-filter.ts'
import { isOtherUsers } from '../other-users.ts'
import type { MailboxFilter } from '../parse/mailbox-filter.ts'
import type { Events, NotifySettings } from '../parse/notify.ts'
import type { StatusItem } from '../parse/status.ts'
import type { Resolved } from '../resolve.ts'
import type { Session } from '../session.ts'
import { changedMetadata } from '../write/metadata.ts'
import { statusResponse } from '../write/status.ts'
import { mailboxName } from '../write/strings.ts'
import { Eyes, placeOf, type Sight } from './sight.ts'

/** Mailboxes that one session may watch: each is looked at whenever anything happens. */
export const mostWatched = 1_000

/** After the mailboxes could not be read, until they are asked for again. */
const retryMs = 1_000

/** Mailboxes looked at before the connection is asked whether it takes more. */
const mailboxesInOneGo = 100

type Counters = Pick<Mailbox, 'messages' | 'uidNext' | 'highestModSeq'>

/** Of a mailbox that the session did not see before: what is in it has come. */
export const nothingYet: Counters = { messages: 0, uidNext: 1 as Uid, highestModSeq: 0 as ModSeq }

/** What NOTIFY watches beside the selected mailbox: tells where what the session sees differs from what it knows. */
export class Watch {
  /** Called when something may have happened. */
  onChange: (() => void) | undefined
  /** Something may have happened since `tell`. */
  due = false
  readonly #session: Session
  readonly #groups: NotifySettings['groups']
  readonly #eyes: Eyes
  /** What the session was told, or has done itself. */
  #known: Sight = { mailboxes: new Map(), subscriptions: new Set(), metadata: new Map() }
  /** Names that were told as \NoAccess. */
  readonly #noAccess = new Set<string>()

  private constructor(session: Session, groups: NotifySettings['groups']) {
    this.#session = session
    this.#groups = groups.map(({ filter, events }) => ({ filter: withOthersInbox(filter), events }))
    const some = (event: keyof Events): boolean => groups.some(({ events }) => events[event])
    const looking = { others: this.#groups.some(({ filter }) => mayNameOthers(filter)), metadata: some('metadata'), serverMetadata: some('serverMetadata') }
    this.#eyes = new Eyes(session, looking, () => {
      this.due = true
      this.onChange?.()
    })
  }

  /** Undefined: these are too many. With `status`, they are told as they are (RFC 5465 3.1). */
  static async begin(session: Session, { groups, status }: NotifySettings): Promise<Watch | undefined> {
    // Listens before it looks, so that nothing happens in between.
    const watch = new Watch(session, groups)
    try {
      if (await watch.#begin(status)) return watch
    } catch (error) {
      watch.close()
      throw error
    }
    watch.close()
    return undefined
  }

  async #begin(status: boolean): Promise<boolean> {
    this.#known = await this.#eyes.look()
    if (this.#isTooMuch(this.#known)) return false
    this.#tellNoAccess(this.#known)
    if (status) await this.#tellStatus(this.#known)
    return true
  }

  close(): void {
    this.onChange = undefined
    this.#eyes.close()
  }

  /** What has changed since it was told last. */
  async tell(): Promise<'told' | 'too-many'> {
    if (!this.due) return 'told'
    this.due = false
    const now = await this.#lookNow()
    if (now === undefined) return 'told'
    if (this.#isTooMuch(now)) return 'too-many'
    const before = this.#known
    this.#known = now
    this.#tellNames(before, now)
    this.#tellSubscriptions(before, now)
    await this.#tellMailboxes(before, now)
    this.#tellMetadata(before, now)
    return 'told'
  }

  /** What the session does itself it knows, and is not told (RFC 5465 5). It is done: where it cannot be looked at now, it is told after all. */
  async own(accountId: AccountId, learn: (known: Sight, now: () => Promise<Sight>) => Promise<void> | void): Promise<void> {
    this.#eyes.forget(accountId)
    try {
      await learn(this.#known, () => this.#eyes.look())
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error
    }
  }

  /** The same of what nothing has to be asked for; what it does not know yet is told. */
  ownNow(learn: (known: Sight) => void): void {
    learn(this.#known)
    this.due = true
  }

  /** Undefined: not now; it is looked at again by itself. */
  async #lookNow(): Promise<Sight | undefined> {
    try {
      return await this.#eyes.look()
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error
      this.due = true
      setTimeout(() => this.onChange?.(), retryMs).unref()
      return undefined
    }
  }

  async #tellStatus(now: Sight): Promise<void> {
    for (const [i, found] of [...now.mailboxes.values()].entries()) {
      const { messages, flags } = this.#eventsOf(found, now)
      if (messages && !this.#isSelected(found)) {
        const items: readonly StatusItem[] = flags ? ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', 'HIGHESTMODSEQ'] : ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY']
        this.#session.out.utf8(await statusResponse(this.#session, found, items))
      }
      if (i % mailboxesInOneGo === 0) await this.#session.out.flow()
    }
  }

  async #tellMailboxes(before: Sight, now: Sight): Promise<void> {
    for (const [i, [place, found]] of [...now.mailboxes].entries()) {
      await this.#tellMailbox(readable(before.mailboxes.get(place))?.mailbox ?? nothingYet, found, now)
      if (i % mailboxesInOneGo === 0) await this.#session.out.flow()
    }
  }

  async #tellMailbox(old: Counters, found: Resolved, now: Sight): Promise<void> {
    const { mailbox } = found
    if (old.highestModSeq === mailbox.highestModSeq || this.#isSelected(found)) return
    const { messages, flags } = this.#eventsOf(found, now)
    const count = old.uidNext !== mailbox.uidNext || old.messages !== mailbox.messages
    if (count ? !messages : !flags || old === nothingYet) return
    const items: StatusItem[] = count ? ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY'] : ['UIDVALIDITY', 'UNSEEN']
    if (this.#session.enabled.has('CONDSTORE')) items.push('HIGHESTMODSEQ')
    this.#session.out.utf8(await statusResponse(this.#session, found, items))
  }

  /** RFC 5465 5.4: what was made, renamed, removed, or is seen no more; and the level above, which has children now or has none. */
  #tellNames(before: Sight, now: Sight): void {
    const gone = new Map(before.mailboxes)
    const affected = new Map<string, { readonly oldName?: string; readonly lost?: true }>()
    const renamed = new Set<string>()
    for (const [place, found] of now.mailboxes) {
      const { name } = found.mailbox
      const old = gone.get(place)
      gone.delete(place)
      if (old === undefined) for (const one of withParent(name)) affected.set(one, {})
      else if (old.mailbox.name !== name) {
        renamed.add(old.mailbox.name)
        // Those below go with it, without a word.
        if (![...levelsAbove(old.mailbox.name)].some((level) => renamed.has(level))) affected.set(name, { oldName: old.mailbox.name })
      } else if (mayRead(old) !== mayRead(found)) affected.set(name, {})
    }
    for (const { mailbox } of gone.values()) for (const one of withParent(mailbox.name)) affected.set(one, one === mailbox.name ? { lost: true } : {})
    if (affected.size === 0) return
    const writer = new ListWriter(this.#session, now)
    for (const [name, { oldName, lost }] of affected) {
      const isWatched = (one: string): boolean => this.#isNamed(one, now)
      // Whether another's mailbox was removed or one may not look it up any more, nobody is told (RFC 5465 5.9).
      const isLost = lost === true && isOtherUsers(name)
      const noAccess = isLost || writer.isUnreadable(name)
      if (!isWatched(name) && !(oldName !== undefined && isWatched(oldName)) && !(noAccess && this.#isWatched(name, before)) && !this.#noAccess.has(name))
        continue
      if (noAccess) this.#noAccess.add(name)
      else this.#noAccess.delete(name)
      writer.write(name, { oldName, noAccess })
    }
  }

  /** What is watched, may be looked up, and not be read (RFC 5465 3.1). */
  #tellNoAccess(now: Sight): void {
    const writer = new ListWriter(this.#session, now)
    for (const found of now.mailboxes.values()) {
      const { name } = found.mailbox
      if (mayRead(found) || !this.#isWatched(name, now)) continue
      this.#noAccess.add(name)
      writer.write(name, { noAccess: true })
    }
  }

  #tellSubscriptions(before: Sight, now: Sight): void {
    const [old, fresh] = [before.subscriptions, now.subscriptions]
    const changed = [...new Set([...old, ...fresh])].filter((name) => old.has(name) !== fresh.has(name))
    if (changed.length === 0) return
    const writer = new ListWriter(this.#session, now)
    for (const name of changed) if (this.#matching(name, true).some(({ subscriptions }) => subscriptions)) writer.write(name, {})
  }

  #tellMetadata(before: Sight, now: Sight): void {
    const { accountId, out, utf8 } = this.#session
    const server = placeOf(accountId, serverEntries)
    for (const place of new Set([...before.metadata.keys(), ...now.metadata.keys()])) {
      const found = now.mailboxes.get(place)
      if (place === server ? !this.#groups.some(({ events }) => events.serverMetadata) : found === undefined || !this.#eventsOf(found, now).metadata) continue
      const isKnown = place === server || readable(before.mailboxes.get(place)) !== undefined
      const [old, fresh] = [isKnown ? before.metadata.get(place) : undefined, now.metadata.get(place)]
      const names = [...new Set([...(old?.keys() ?? []), ...(fresh?.keys() ?? [])])].filter((name) => old?.get(name) !== fresh?.get(name))
      if (names.length > 0) out.utf8(changedMetadata(mailboxName(found?.mailbox.name ?? '', utf8), names))
    }
  }

  #isTooMuch(sight: Sight): boolean {
    const watched = [...sight.mailboxes.values()].filter(({ mailbox }) => this.#isWatched(mailbox.name, sight))
    return watched.length > mostWatched
  }

  /** What is told of a mailbox. All of it needs the right to read (RFC 5465 5). */
  #eventsOf(found: Resolved, { subscriptions }: Sight): Pick<Events, 'messages' | 'flags' | 'metadata'> {
    const matching = mayRead(found) ? this.#matching(found.mailbox.name, subscriptions.has(found.mailbox.name)) : []
    const has = (event: keyof Events): boolean => matching.some((events) => events[event])
    return { messages: has('messages'), flags: has('flags'), metadata: has('metadata') }
  }

  /** Whether it is told that there is, or is no more, a mailbox of this name. */
  #isNamed(name: string, { subscriptions }: Sight): boolean {
    return this.#matching(name, subscriptions.has(name)).some(({ names }) => names)
  }

  #isWatched(name: string, { subscriptions }: Sight): boolean {
    return this.#matching(name, subscriptions.has(name)).some((events) => events.messages || events.names || events.subscriptions || events.metadata)
  }

  #matching(name: string, subscribed: boolean): readonly Events[] {
    return this.#groups.filter(({ filter }) => matchesFilter(filter, name, subscribed)).map(({ events }) => events)
  }

  #isSelected({ accountId, mailbox }: Resolved): boolean {
    const { selected } = this.#session
    return selected?.accountId === accountId && selected.mailboxId === mailbox.mailboxId
  }
}

/** LIST responses (RFC 5465 5.4): attributes as they are now. */
class ListWriter {
  readonly #session: Session
  readonly #hierarchy: Hierarchy
  readonly #unreadable: ReadonlySet<string>

  constructor(session: Session, { mailboxes, subscriptions }: Sight) {
    this.#session = session
    const all = [...mailboxes.values()]
    this.#hierarchy = new Hierarchy(
      all.map(({ mailbox }) => mailbox),
      [...subscriptions],
    )
    this.#unreadable = new Set(all.filter((one) => !mayRead(one)).map(({ mailbox }) => mailbox.name))
  }

  isUnreadable(name: string): boolean {
    return this.#unreadable.has(name)
  }

  write(name: string, { oldName, noAccess = false }: { readonly oldName?: string | undefined; readonly noAccess?: boolean }): void {
    const { out, utf8 } = this.#session
    const mailbox = this.#hierarchy.mailbox(name)
    const attributes = [
      ...(mailbox === undefined ? ['\\NonExistent'] : []),
      ...(noAccess ? ['\\NoAccess'] : []),
      ...(this.#hierarchy.isSubscribed(name) ? ['\\Subscribed'] : []),
      this.#hierarchy.hasChildren(name) ? '\\HasChildren' : '\\HasNoChildren',
      ...(mailbox === undefined || mailbox.specialUse === null ? [] : [mailbox.specialUse]),
    ]
    const old = oldName === undefined ? '' : ` ("OLDNAME" (${mailboxName(oldName, utf8)}))`
    out.utf8(`* LIST (${attributes.join(' ')}) "/" ${mailboxName(name, utf8)}${old}\r\n`)
  }
}

function mayNameOthers(filter: MailboxFilter): boolean {
  return filter.kind === 'subscribed' || ('names' in filter && filter.names.some(isOtherUsers))
}

function readable(found: Resolved | undefined): Resolved | undefined {
  return found !== undefined && mayRead(found) ? found : undefined
}

function mayRead({ rights }: Resolved): boolean {
  return rights.includes('r')
}

function withParent(name: string): readonly string[] {
  const [parent] = levelsAbove(name)
  return parent === undefined ? [name] : [name, parent]
}
