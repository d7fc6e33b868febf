import type { Log } from '../../base/log.ts'
import type { AccountId, MailboxId } from '../../mail/ids.ts'
import type { Notice } from '../../store/mailbox.ts'
import type { Store } from '../../store/store.ts'
import { Live } from './live.ts'

/** Bytes of views that nobody has open and that are kept for the next SELECT. */
const idleBytes = 64 * 1024 * 1024

/** After changes could not be read for somebody in IDLE, until they are asked for again. */
const retryMs = 1_000

interface Account {
  readonly lives: Map<MailboxId, Live>
  /** Being read for the first time. */
  readonly loading: Map<MailboxId, Promise<Live | undefined>>
  /** Mailboxes that changed while being read. */
  readonly changedWhileLoading: Set<MailboxId>
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

  constructor(store: Store, log: Log) {
    this.#store = store
    this.#log = log
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

  /** Forgets everything and stops listening. */
  close(): void {
    for (const account of this.#accounts.values()) account.stop()
    this.#accounts.clear()
    this.#idle.clear()
  }

  async #load(account: Account, accountId: AccountId, mailboxId: MailboxId): Promise<Live | undefined> {
    try {
      const view = await this.#store.view(accountId, mailboxId)
      if (view === undefined) return undefined
      const live = new Live(this.#store, accountId, view)
      live.stale = account.changedWhileLoading.delete(mailboxId)
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
      account = { lives: new Map(), loading: new Map(), changedWhileLoading: new Set(), stop: () => {} }
      this.#accounts.set(accountId, account)
      account.stop = this.#store.listen(accountId, (notice) => this.#noticed(notice))
    }
    return account
  }

  #noticed({ accountId, mailboxId, modSeq }: Notice): void {
    const account = this.#accounts.get(accountId)
    if (account === undefined) return
    if (account.loading.has(mailboxId)) account.changedWhileLoading.add(mailboxId)
    // The list of mailboxes changed: one that is open may be gone.
    if (mailboxId === 0) for (const live of account.lives.values()) this.#changed(live)
    const live = account.lives.get(mailboxId)
    if (live !== undefined && modSeq > live.modSeq) this.#changed(live)
  }

  /** Where somebody is in IDLE it is read at once; the others read when their next command comes. */
  #changed(live: Live): void {
    live.stale = true
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
    if (account.lives.size > 0 || account.loading.size > 0) return
    account.stop()
    this.#accounts.delete(accountId)
  }
}
