import type { DeliveryTarget } from '../directory/recipient.ts'
import type { IndexedStore } from '../store/indexed-store.ts'

/** Would `sizeBytes` more go over the mailbox's quota (SPEC C6)? From memory once the account has been asked about. */
export function fullCheck(store: Pick<IndexedStore, 'usage' | 'usageNow'>): (target: DeliveryTarget, sizeBytes: number) => boolean | Promise<boolean> {
  return ({ accountId, quotaBytes }, sizeBytes) => {
    if (quotaBytes === undefined) return false
    const usage = store.usageNow(accountId)
    if (usage !== undefined) return usage.usedBytes + sizeBytes > quotaBytes
    return store.usage(accountId).then(({ usedBytes }) => usedBytes + sizeBytes > quotaBytes)
  }
}
