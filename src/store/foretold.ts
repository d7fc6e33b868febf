import type { AccountId } from '../mail/ids.ts'

/** So much of one account is told before the index has it; who brings more waits for it. It is what a quota does not see yet. */
const most = { records: 64, bytes: 4 * 1024 * 1024 } as const

interface Pending {
  /** Somebody waits for all of it: nothing comes to it any more. */
  isAwaited: boolean
  records: number
  bytes: number
  readonly done: Promise<void>
  readonly resolve: () => void
}

/** What was said to be there though the index does not have it yet, by account: whoever reads waits for it, so nobody can tell. */
export class Foretold {
  readonly #accounts = new Map<AccountId, Pending>()

  hasRoom(accountId: AccountId, bytes: number): boolean {
    const pending = this.#accounts.get(accountId)
    if (pending === undefined) return bytes <= most.bytes
    return !pending.isAwaited && pending.bytes + bytes <= most.bytes && pending.records < most.records
  }

  /** Returns what to call when the index has it. */
  hold(accountId: AccountId, bytes: number): () => void {
    const pending = this.#accounts.get(accountId) ?? { isAwaited: false, records: 0, bytes: 0, ...resolvable() }
    this.#accounts.set(accountId, pending)
    pending.records++
    pending.bytes += bytes
    return () => {
      pending.records--
      pending.bytes -= bytes
      if (pending.records > 0) return
      this.#accounts.delete(accountId)
      pending.resolve()
    }
  }

  /** Resolves when the index has all of the account's; undefined: it has. */
  settled(accountId: AccountId): Promise<void> | undefined {
    const pending = this.#accounts.get(accountId)
    if (pending !== undefined) pending.isAwaited = true
    return pending?.done
  }

  bytes(accountId: AccountId): number {
    return this.#accounts.get(accountId)?.bytes ?? 0
  }
}

function resolvable(): Pick<Pending, 'done' | 'resolve'> {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { done: promise, resolve }
}
