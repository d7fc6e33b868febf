import { setTimeout as sleep } from 'node:timers/promises'
import { quotaWarning } from '../delivery/quota-warning.ts'
import { formatAddress } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import { QueueIds } from '../mail/queue-id.ts'
import { nextLevel, type QuotaStand, quotaStandsOfQuery, quotaStandsQuery } from '../store/quota-level.ts'
import type { Parts } from './open.ts'
import type { NoteEvents } from './webhooks.ts'

/** What changes meanwhile is looked at together. */
const gatherMs = 100
const pageAccounts = 500
const dayMs = 86_400_000
/** A round over all accounts takes at most this share of the time: quotas may change often. */
const roundShare = 0.1

export interface QuotaWarnings {
  /** A message was refused because the mailbox had no room for it. */
  refused(accountId: AccountId): void
  /** Resolves when all that happened until now was looked at. */
  settled(): Promise<void>
  stop(): Promise<void>
}

type WarningParts = Pick<Parts, 'directory' | 'database' | 'store' | 'clock' | 'log'> & {
  readonly config: { readonly hostname: string }
  readonly noteEvents: NoteEvents
}

/**
 * Tells people when their mailboxes get full (SPEC C6): looks at each account that changed, and at all of them at the start and when the
 * directory changes, since quotas stand there. What was told is noted in the log together with the mail that tells it, so nothing is told twice.
 */
export function startQuotaWarnings(parts: WarningParts): QuotaWarnings {
  const watch = new Watch(parts)
  parts.store.onStep(({ changed }) => {
    for (let at = 0; at < changed.length; at += 5) watch.note(changed[at] as AccountId, false)
  })
  const unsubscribe = parts.directory.onChange(() => watch.noteAll())
  watch.noteAll()
  return {
    refused: (accountId) => watch.note(accountId, true),
    settled: () => watch.settled(),
    async stop() {
      unsubscribe()
      await watch.stop()
    },
  }
}

class Watch {
  readonly #parts: WarningParts
  readonly #queueIds: QueueIds
  /** To be looked at; true: a message was refused. */
  readonly #due = new Map<AccountId, boolean>()
  readonly #stopped = new AbortController()
  #all = false
  #roundDueMs = 0
  #running: Promise<void> | undefined

  constructor(parts: WarningParts) {
    this.#parts = parts
    this.#queueIds = new QueueIds(parts.clock)
  }

  note(accountId: AccountId, refused: boolean): void {
    this.#due.set(accountId, refused || (this.#due.get(accountId) ?? false))
    this.#run()
  }

  noteAll(): void {
    this.#all = true
    this.#run()
  }

  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.settled()
  }

  #run(): void {
    if (this.#stopped.signal.aborted) return
    this.#running ??= this.#work()
      .catch((err: unknown) => {
        // Looked at again when the account changes next.
        if (!this.#stopped.signal.aborted) this.#parts.log.warn('quotas could not be looked at', { err })
      })
      .finally(() => {
        this.#running = undefined
        if (this.#due.size > 0 || this.#all) this.#run()
      })
  }

  async #work(): Promise<void> {
    await this.#pause(gatherMs)
    const due = [...this.#due].slice(0, pageAccounts)
    for (const [accountId] of due) this.#due.delete(accountId)
    const refused = new Map(due)
    if (due.length > 0) {
      const stands = await this.#parts.database.query(quotaStandsOfQuery, { accountIds: due.map(([accountId]) => accountId) })
      for (const stand of stands) await this.#look(stand, refused.get(stand.accountId) ?? false)
    }
    if (!this.#all) return
    // What changed is looked at before all of them are.
    if (performance.now() < this.#roundDueMs) return
    this.#all = false
    const beganMs = performance.now()
    await this.#round()
    const nowMs = performance.now()
    this.#roundDueMs = nowMs + (nowMs - beganMs) / roundShare
  }

  async #round(): Promise<void> {
    for (let after = 0; !this.#stopped.signal.aborted; ) {
      const page = await this.#parts.database.query(quotaStandsQuery, { after, limit: pageAccounts })
      for (const stand of page) await this.#look(stand, false)
      if (page.length < pageAccounts) return
      after = page.at(-1)?.accountId ?? after
    }
  }

  async #look(stand: QuotaStand, refused: boolean): Promise<void> {
    const { directory, store, clock, config, log, noteEvents } = this.#parts
    const level = nextLevel(stand, refused)
    if (level === undefined) return
    const { accountId, usedBytes, quotaBytes = 0 } = stand
    const record = { kind: 'quota-level', accountId, level, quotaBytes } as const
    if (level === 0 || level < stand.level) {
      await store.record(record, new Uint8Array(0))
      return
    }
    const person = (await directory.people([accountId])).get(accountId)
    const found = person && (await directory.resolve(person.address)).found
    // Locked, perhaps: told when it is open again, at the next change.
    if (person === undefined || found === undefined) return
    const [atMs, queueId] = [clock.now(), this.#queueIds.next()]
    const { address } = person
    const octets = quotaWarning({ address, language: found.settings.language, level, usedBytes, quotaBytes, hostname: config.hostname, queueId, atMs })
    const { addressId, customerId } = found
    await noteEvents([
      {
        ...{ key: `quota ${accountId} ${level} ${Math.floor(atMs / dayMs)}`, type: 'quota.reached', atMs, customerId },
        data: { address: formatAddress(address), level, used: usedBytes, quota: quotaBytes },
      },
    ])
    await store.record({ ...record, warning: { atMs, queueId, address: `${address.localPart}@${address.domain}`, addressId, customerId } }, octets)
    log.info('mailbox is getting full', { accountId, level })
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopped.signal, ref: false })
  }
}
