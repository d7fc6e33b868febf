import type { Log } from '../base/log.ts'
import type { Query } from '../database/database.ts'
import { revokedSince, standingOf } from '../directory/query/standing.ts'
import type { AccountId } from '../mail/ids.ts'
import type { SignedIn } from './sign-in.ts'

/** Somebody who is signed in. */
export interface OpenSession {
  readonly signedIn: SignedIn | undefined
  /** What it was signed in with is worth nothing any more: to be ended now. */
  revoked(): void
}

/** What this needs of the directory. */
export interface RevocationSource {
  readonly version: number
  query<Arguments, Result>(query: Query<Arguments, Result>, args: Arguments): Promise<Result>
  onChange(listener: () => void): () => void
}

/** After a database that was away. */
const retryMs = 1_000

/**
 * Ends sessions whose password was changed or removed, or whose mailbox was locked or removed, as soon as this process learns of it. A session
 * that stands on something else of the same mailbox, another app password, stays.
 */
export class OpenSessions {
  readonly #directory: RevocationSource
  readonly #log: Log
  readonly #byAccount = new Map<AccountId, Set<OpenSession>>()
  readonly #unsubscribe: () => void
  /** Revocations up to this version of the directory have been seen to. */
  #seen: number
  #looking: Promise<void> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined

  constructor(directory: RevocationSource, log: Log) {
    this.#directory = directory
    this.#log = log
    this.#seen = directory.version
    this.#unsubscribe = directory.onChange(() => this.#look())
  }

  add(session: OpenSession): void {
    const { signedIn } = session
    if (signedIn === undefined) return
    const sessions = this.#byAccount.get(signedIn.accountId)
    if (sessions === undefined) this.#byAccount.set(signedIn.accountId, new Set([session]))
    else sessions.add(session)
    // Revoked between the look at the password and now.
    if (signedIn.standing !== undefined && signedIn.standing.version !== this.#directory.version) this.#after(() => this.#judge([signedIn.accountId]))
  }

  remove(session: OpenSession): void {
    const accountId = session.signedIn?.accountId
    if (accountId === undefined) return
    const sessions = this.#byAccount.get(accountId)
    sessions?.delete(session)
    if (sessions?.size === 0) this.#byAccount.delete(accountId)
  }

  close(): void {
    this.#unsubscribe()
    clearTimeout(this.#retry)
  }

  #look(): void {
    this.#after(async () => {
      const { version } = this.#directory
      if (version <= this.#seen) return
      if (this.#byAccount.size > 0) await this.#judge(await this.#directory.query(revokedSince, { version: this.#seen }))
      this.#seen = version
    })
  }

  async #judge(accountIds: readonly AccountId[]): Promise<void> {
    const concerned = accountIds.filter((accountId) => this.#byAccount.has(accountId))
    if (concerned.length === 0) return
    for (const { accountId, credentialIds } of await this.#directory.query(standingOf, { accountIds: concerned })) {
      for (const session of this.#byAccount.get(accountId) ?? []) {
        const credentialId = session.signedIn?.standing?.credentialId
        if (credentialId !== undefined && credentialIds.includes(credentialId)) continue
        this.remove(session)
        session.revoked()
      }
    }
  }

  /** One look after another. */
  #after(work: () => Promise<void>): void {
    this.#looking = this.#looking.then(work).catch((err: unknown) => {
      this.#log.warn('revoked passwords not looked up', { err })
      clearTimeout(this.#retry)
      this.#retry = setTimeout(() => this.#after(work), retryMs).unref()
    })
  }
}
