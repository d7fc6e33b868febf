import { type Address, formatAddress } from '../../mail/address.ts'
import type { QueueId } from '../../mail/ids.ts'
import { directoryChange, type Step } from './change.ts'

interface Refiled {
  readonly address: Address
  readonly queueId: QueueId
  readonly to: 'inbox' | 'spam'
}

/** The store moved it; that somebody did who may be another than the mailbox's own user is noted where all such changes are. */
export const noteRefiling = directoryChange('mailbox.refile', async ({ args: { address, queueId, to } }: Step<Refiled>) => ({
  done: undefined,
  audit: { subject: formatAddress(address), detail: { message: queueId, to } },
}))
