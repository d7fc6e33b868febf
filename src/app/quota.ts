import type { DeliveryTarget } from '../directory/recipient.ts'
import type { AccountId } from '../mail/ids.ts'
import type { IndexedStore } from '../store/indexed-store.ts'

/** Would `sizeBytes` more go over the mailbox's quota (SPEC C6)? From memory once the account has been asked about. `onFull` hears of each that would. */
export function fullCheck(
  store: Pick<IndexedStore, 'usage' | 'usageNow'>,
  onFull: (accountId: AccountId) => void,
): (target: DeliveryTarget, sizeBytes: number) => boolean | Promise<boolean> {
  return ({ accountId, quotaBytes }, sizeBytes) => {
    if (quotaBytes === undefined) return false
    const isOver = (usedBytes: number): boolean => {
      const over = usedBytes + sizeBytes > quotaBytes
      if (over) onFull(accountId)
      return over
    }
    const usage = store.usageNow(accountId)
    return usage === undefined ? store.usage(accountId).then(({ usedBytes }) => isOver(usedBytes)) : isOver(usage.usedBytes)
  }
}
