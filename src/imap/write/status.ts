import type { AccountId } from '../../mail/ids.ts'
import type { Mailbox } from '../../store/mailbox.ts'
import { mailboxObjectId } from '../object-id.ts'
import type { StatusItem } from '../parse/status.ts'
import type { Resolved } from '../resolve.ts'
import { mailboxName } from './strings.ts'

/** `* STATUS "name" (…)` (RFC 9051 7.3.4). */
export function statusResponse({ accountId, mailbox }: Pick<Resolved, 'accountId' | 'mailbox'>, items: readonly StatusItem[], utf8: boolean): string {
  return `* STATUS ${mailboxName(mailbox.name, utf8)} (${items.map((item) => `${item} ${statusValue(accountId, mailbox, item)}`).join(' ')})\r\n`
}

function statusValue(accountId: AccountId, mailbox: Mailbox, item: StatusItem): number | string {
  switch (item) {
    case 'MESSAGES':
      return mailbox.messages
    case 'RECENT':
      // Counts those too that came and went before anybody looked; RFC 9051 has dropped it, and nobody decides by it.
      return Math.min(mailbox.messages, Math.max(0, mailbox.uidNext - mailbox.recentFrom))
    case 'UIDNEXT':
      return mailbox.uidNext
    case 'UIDVALIDITY':
      return mailbox.uidValidity
    case 'UNSEEN':
      return mailbox.unseen
    case 'HIGHESTMODSEQ':
      return mailbox.highestModSeq
    case 'MAILBOXID':
      return `(${mailboxObjectId(accountId, mailbox.mailboxId)})`
    case 'SIZE':
      return mailbox.sizeBytes
  }
}
