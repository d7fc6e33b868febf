import type { Log } from '../../base/log.ts'
import type { AccountId, MailboxId, ModSeq } from '../../mail/ids.ts'
import type { Mailbox, Notice } from '../../store/mailbox.ts'
import type { Store } from '../../store/store.ts'
import { Columns } from './columns.ts'
import { Live } from './live.ts'

/** Bytes of views that nobody has open and that are kept for the next SELECT. */
const idleBytes = 64 * 1024 * 1024

/** After changes could not be read for somebody in IDLE, until they are asked for again. */
const retryMs = 1_000

/** All mailboxes of an account and what it is subscribed to, as of one moment. */
export interface MailboxList {
  readonly mailboxes: readonly Mailbox[]
  readonly subscriptions: readonly string[]
}

interface Account {
  readonly lives: Map<MailboxId, Live>
  /** Being read for the first time. */
  readonly loading: Map<MailboxId, Promise<Live | undefined>>
  /** Mailboxes that changed while being read, with the newest change. */
  readonly changedWhileLoading: Map<MailboxId, ModSeq>
  /** Sessions that watch the account (NOTIFY): called whenever anything happens in it. */
  readonly watchers: Set<(notice: Notice) => void>
  /** As of now, while anybody watches: read once for all of them. */
  list: Promise<MailboxList> | undefined
  stop: () => void
}

/** The mailboxes that are open in any session, each once; and some that were, so that the next SELECT reads nothing. */
export class Views {
  readonly #store: Store
  readonly #log: Log
  readonly #accounts = new Map<AccountId, Account>()
  /** Open in no session, the one longest unused first. */
  readonly #idle = new Set<Live>()
  #idleBytes = 0
  readonly columns: Columns

  constructor(store: Store, log: Log) {
    this.#store = store
    this.#log = log
    this.columns = new Columns(store)
  }

  /** The mailbox as of now; undefined: there is none. Give it back with `release`, once no tracker of the caller is on it. */
  async open(accountId: AccountId, mailboxId: MailboxId): Promise<Live | undefined> {
    const account = this.#account(accountId)
    let live = account.lives.get(mailboxId)
    if (live === undefined) {
      let loading = account.loading.get(mailboxId)
      if (loading === undefined) {
        loading = this.#load(account, accountId, mailboxId)
        account.loading.set(mailboxId, loading)
      }
      live = await loading
    }
    if (live === undefined) return undefined
    this.#unidle(live)
    try {
      await live.refresh()
    } catch (error) {
      this.release(live)
      throw error
    }
    if (!live.gone) return live
    this.release(live)
    return undefined
  }

  release(live: Live): void {
    if (live.trackers.size > 0 || this.#idle.has(live)) return
    if (live.gone) {
      this.#forget(live)
      return
    }
    this.#idle.add(live)
    this.#idleBytes += live.sizeBytes
    for (const oldest of this.#idle) {
      if (this.#idleBytes <= idleBytes) break
      this.#unidle(oldest)
      if (oldest.trackers.size === 0) this.#forget(oldest)
    }
  }

  /** For who listens to a tracker from now on: what was heard before is read. */
  catchUp(live: Live): void {
    if (live.stale && live.isWatched()) this.#read(live)
  }

  /** Whatever happens in the account is told to the listener; returns how to stop. */
  watch(accountId: AccountId, listener: (notice: Notice) => void): () => void {
    const account = this.#account(accountId)
    account.watchers.add(listener)
    return () => {
      account.watchers.delete(listener)
      this.#maybeForgetAccount(accountId, account)
    }
  }

  /** The account's mailboxes as of now. Rejects as the store does. */
  async list(accountId: AccountId): Promise<MailboxList> {
    const account = this.#accounts.get(accountId)
    if (account === undefined || account.watchers.size === 0) return await this.#readList(accountId)
    if (account.list === undefined) {
      const reading = this.#readList(accountId)
      account.list = reading
      // Not to be kept: the next one asks again.
      reading.catch(() => {
        if (account.list === reading) account.list = undefined
      })
    }
    return await account.list
  }

  /** Who has changed something in the account sees it, whether or not that was heard of yet. */
  forgetList(accountId: AccountId): void {
    const account = this.#accounts.get(accountId)
    if (account !== undefined) account.list = undefined
  }

  async #readList(accountId: AccountId): Promise<MailboxList> {
    // The first question makes the INBOX of a new account, with its subscription.
    const mailboxes = await this.#store.mailboxes(accountId)
    return { mailboxes, subscriptions: await this.#store.subscriptions(accountId) }
  }

  /** Forgets everything and stops listening. */
  close(): void {
    for (const account of this.#accounts.values()) account.stop()
    this.#accounts.clear()
    this.#idle.clear()
    this.columns.forget()
  }

  async #load(account: Account, accountId: AccountId, mailboxId: MailboxId): Promise<Live | undefined> {
    try {
      const view = await this.#store.view(accountId, mailboxId)
      if (view === undefined) return undefined
      const live = new Live(this.#store, accountId, view)
      live.hear(account.changedWhileLoading.get(mailboxId) ?? live.modSeq)
      account.lives.set(mailboxId, live)
      return live
    } finally {
      account.loading.delete(mailboxId)
      account.changedWhileLoading.delete(mailboxId)
      this.#maybeForgetAccount(accountId, account)
    }
  }

  #account(accountId: AccountId): Account {
    let account = this.#accounts.get(accountId)
    if (account === undefined) {
      account = { lives: new Map(), loading: new Map(), changedWhileLoading: new Map(), watchers: new Set(), list: undefined, stop: () => {} }
      this.#accounts.set(accountId, account)
      account.stop = this.#store.listen(accountId, (notice) => this.#noticed(notice))
    }
    return account
  }

  #noticed(notice: Notice): void {
    const { accountId, mailboxId, modSeq } = notice
    const account = this.#accounts.get(accountId)
    if (account === undefined) return
    account.list = undefined
    for (const watcher of account.watchers) watcher(notice)
    if (account.loading.has(mailboxId)) account.changedWhileLoading.set(mailboxId, modSeq)
    // The list of mailboxes changed: one that is open may be gone.
    if (mailboxId === 0) for (const live of account.lives.values()) this.#changed(live, modSeq)
    const live = account.lives.get(mailboxId)
    if (live !== undefined && modSeq > live.modSeq) this.#changed(live, modSeq)
  }

  /** Where somebody is in IDLE it is read at once; the others read when their next command comes. */
  #changed(live: Live, modSeq: ModSeq): void {
    live.hear(modSeq)
    if (live.isWatched()) this.#read(live)
  }

  #read(live: Live): void {
    live.refresh().catch((err: unknown) => {
      this.#log.warn('mailbox changes unreadable', { accountId: live.accountId, mailboxId: live.mailboxId, err })
      setTimeout(() => {
        if (live.isWatched()) this.#read(live)
      }, retryMs).unref()
    })
  }

  #unidle(live: Live): void {
    if (this.#idle.delete(live)) this.#idleBytes -= live.sizeBytes
    if (this.#idle.size === 0) this.#idleBytes = 0
  }

  #forget(live: Live): void {
    const account = this.#accounts.get(live.accountId)
    if (account?.lives.get(live.mailboxId) !== live) return
    account.lives.delete(live.mailboxId)
    this.#maybeForgetAccount(live.accountId, account)
  }

  #maybeForgetAccount(accountId: AccountId, account: Account): void {
    if (account.lives.size > 0 || account.loading.size > 0 || account.watchers.size > 0 || this.#accounts.get(accountId) !== account) return
    account.stop()
    this.#accounts.delete(accountId)
  }
}
