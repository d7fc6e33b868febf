import { DatabaseUnavailable } from '../database/database.ts'
import type { MailboxId } from '../mail/ids.ts'
import type { Mailbox } from '../store/mailbox.ts'
import { Hierarchy, levelsAbove } from './list/hierarchy.ts'
import { isOtherUsers } from './other-users.ts'
import type { Events, Filter, NotifySettings } from './parse/notify.ts'
import type { StatusItem } from './parse/status.ts'
import type { Session } from './session.ts'
import type { MailboxList } from './view/views.ts'
import { statusResponse } from './write/status.ts'
import { mailboxName } from './write/strings.ts'

/** Mailboxes that one session may watch: each is looked at whenever anything happens. */
export const mostWatched = 1_000

/** After the mailboxes could not be read, until they are asked for again. */
const retryMs = 1_000

/** Mailboxes looked at before the connection is asked whether it takes more. */
const mailboxesInOneGo = 100

/** What NOTIFY watches beside the selected mailbox: tells where the account's mailboxes differ from what was told last. */
export class Watch {
  /** Called when something may have happened. */
  onChange: (() => void) | undefined
  /** Something may have happened since `tell`. */
  due = false
  readonly #groups: NotifySettings['groups']
  readonly #stop: () => void
  #before: MailboxList = { mailboxes: [], subscriptions: [] }

  private constructor(session: Session, groups: NotifySettings['groups']) {
    this.#groups = groups
    this.#stop = session.views.watch(session.accountId, () => {
      this.due = true
      this.onChange?.()
    })
  }

  /** Undefined: these are too many. With `status`, they are told as they are (RFC 5465 3.1). */
  static async begin(session: Session, { groups, status }: NotifySettings): Promise<Watch | undefined> {
    // Listens before it looks, so that nothing happens in between.
    const watch = new Watch(session, groups)
    const before = await session.views.list(session.accountId)
    watch.#before = before
    if (watch.#isTooMuch(before)) {
      watch.close()
      return undefined
    }
    if (!status) return watch
    for (const [i, mailbox] of before.mailboxes.entries()) {
      const { messages, flags } = watch.#eventsOf(mailbox.name, mailbox.subscribed)
      if (messages && !isSelected(session, mailbox)) {
        const items: readonly StatusItem[] = flags ? ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', 'HIGHESTMODSEQ'] : ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY']
        session.out.utf8(await statusResponse(session, { accountId: session.accountId, mailbox }, items))
      }
      if (i % mailboxesInOneGo === 0) await session.out.flow()
    }
    return watch
  }

  close(): void {
    this.onChange = undefined
    this.#stop()
  }

  /** What has changed since it was told last. */
  async tell(session: Session): Promise<'told' | 'too-many'> {
    if (!this.due) return 'told'
    this.due = false
    const before = this.#before
    const now = await this.#listNow(session)
    if (now === undefined) return 'told'
    if (now === before) return 'told'
    if (this.#isTooMuch(now)) return 'too-many'
    this.#before = now
    const old = new Map(before.mailboxes.map((mailbox) => [mailbox.mailboxId, mailbox]))
    this.#tellNames(session, old, now)
    this.#tellSubscriptions(session, before, now)
    for (const [i, mailbox] of now.mailboxes.entries()) {
      await this.#tellMailbox(session, old.get(mailbox.mailboxId), mailbox)
      if (i % mailboxesInOneGo === 0) await session.out.flow()
    }
    return 'told'
  }

  /** Undefined: not now; it is looked at again by itself. */
  async #listNow(session: Session): Promise<MailboxList | undefined> {
    try {
      return await session.views.list(session.accountId)
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error
      this.due = true
      setTimeout(() => this.onChange?.(), retryMs).unref()
      return undefined
    }
  }

  async #tellMailbox(session: Session, old: Mailbox | undefined, mailbox: Mailbox): Promise<void> {
    if (old === undefined || old.highestModSeq === mailbox.highestModSeq || isSelected(session, mailbox)) return
    const { messages, flags } = this.#eventsOf(mailbox.name, mailbox.subscribed)
    const count = old.uidNext !== mailbox.uidNext || old.messages !== mailbox.messages
    if (count ? !messages : !flags) return
    const items: StatusItem[] = count ? ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY'] : ['UIDVALIDITY', 'UNSEEN']
    if (session.enabled.has('CONDSTORE')) items.push('HIGHESTMODSEQ')
    session.out.utf8(await statusResponse(session, { accountId: session.accountId, mailbox }, items))
  }

  /** RFC 5465 5.4: what was made, renamed, removed; and the level above, which has children now or has none. */
  #tellNames(session: Session, old: ReadonlyMap<MailboxId, Mailbox>, now: MailboxList): void {
    const gone = new Map(old)
    const affected = new Map<string, string | undefined>()
    const renamed = new Set<string>()
    for (const { mailboxId, name } of now.mailboxes) {
      const before = gone.get(mailboxId)
      gone.delete(mailboxId)
      if (before === undefined) for (const one of withParent(name)) affected.set(one, undefined)
      else if (before.name !== name) {
        renamed.add(before.name)
        // Those below go with it, without a word.
        if (![...levelsAbove(before.name)].some((level) => renamed.has(level))) affected.set(name, before.name)
      }
    }
    for (const { name } of gone.values()) for (const one of withParent(name)) affected.set(one, undefined)
    if (affected.size === 0) return
    const hierarchy = new Hierarchy(now.mailboxes, now.subscriptions)
    for (const [name, oldName] of affected) {
      const isWatched = (one: string): boolean => this.#eventsOf(one, hierarchy.isSubscribed(one)).names
      if (isWatched(name) || (oldName !== undefined && isWatched(oldName))) writeList(session, hierarchy, name, oldName)
    }
  }

  #tellSubscriptions(session: Session, before: MailboxList, now: MailboxList): void {
    const [old, fresh] = [new Set(before.subscriptions), new Set(now.subscriptions)]
    const changed = [...new Set([...old, ...fresh])].filter((name) => old.has(name) !== fresh.has(name))
    if (changed.length === 0) return
    const hierarchy = new Hierarchy(now.mailboxes, now.subscriptions)
    for (const name of changed) if (this.#eventsOf(name, true).subscriptions) writeList(session, hierarchy, name, undefined)
  }

  #isTooMuch({ mailboxes }: MailboxList): boolean {
    const watched = mailboxes.filter(({ name, subscribed }) => {
      const { messages, names, subscriptions } = this.#eventsOf(name, subscribed)
      return messages || names || subscriptions
    })
    return watched.length > mostWatched
  }

  #eventsOf(name: string, subscribed: boolean): Events {
    const matching = this.#groups.filter(({ filter }) => matches(filter, name, subscribed)).map(({ events }) => events)
    const has = (event: keyof Events): boolean => matching.some((events) => events[event])
    return { messages: has('messages'), flags: has('flags'), names: has('names'), subscriptions: has('subscriptions') }
  }
}

function matches(filter: Filter, name: string, subscribed: boolean): boolean {
  switch (filter.kind) {
    case 'personal':
      return !isOtherUsers(name)
    case 'subscribed':
      return subscribed
    case 'subtree':
      return filter.names.some((above) => name === above || name.startsWith(`${above}/`))
    case 'mailboxes':
      return filter.names.includes(name)
  }
}

/** One's own mailbox: one of another user that is selected may have the same number. */
function isSelected({ selected, accountId }: Session, { mailboxId }: Mailbox): boolean {
  return selected?.accountId === accountId && selected.mailboxId === mailboxId
}

function withParent(name: string): readonly string[] {
  const [parent] = levelsAbove(name)
  return parent === undefined ? [name] : [name, parent]
}

function writeList(session: Session, hierarchy: Hierarchy, name: string, oldName: string | undefined): void {
  const mailbox = hierarchy.mailbox(name)
  const attributes = [
    ...(mailbox === undefined ? ['\\NonExistent'] : []),
    ...(hierarchy.isSubscribed(name) ? ['\\Subscribed'] : []),
    hierarchy.hasChildren(name) ? '\\HasChildren' : '\\HasNoChildren',
    ...(mailbox === undefined || mailbox.specialUse === null ? [] : [mailbox.specialUse]),
  ]
  const old = oldName === undefined ? '' : ` ("OLDNAME" (${mailboxName(oldName, session.utf8)}))`
  session.out.utf8(`* LIST (${attributes.join(' ')}) "/" ${mailboxName(name, session.utf8)}${old}\r\n`)
}
