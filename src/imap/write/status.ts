import type { Deleted } from '../../store/store.ts'
import { mailboxObjectId } from '../object-id.ts'
import type { StatusItem } from '../parse/status.ts'
import type { Resolved } from '../resolve.ts'
import type { Session } from '../session.ts'
import { mailboxName } from './strings.ts'

/** `* STATUS "name" (…)` (RFC 9051 7.3.4). What is \Deleted is counted only where it is asked for. */
export async function statusResponse(
  { store, utf8 }: Pick<Session, 'store' | 'utf8'>,
  { accountId, mailbox }: Pick<Resolved, 'accountId' | 'mailbox'>,
  items: readonly StatusItem[],
): Promise<string> {
  const asksDeleted = items.includes('DELETED') || items.includes('DELETED-STORAGE')
  const deleted = asksDeleted ? await store.deletedIn(accountId, mailbox.mailboxId) : { messages: 0, bytes: 0 }
  return `* STATUS ${mailboxName(mailbox.name, utf8)} (${items.map((item) => `${item} ${statusValue({ accountId, mailbox }, deleted, item)}`).join(' ')})\r\n`
}

function statusValue({ accountId, mailbox }: Pick<Resolved, 'accountId' | 'mailbox'>, deleted: Deleted, item: StatusItem): number | string {
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
    case 'DELETED':
      return deleted.messages
    case 'DELETED-STORAGE':
      return deleted.bytes
    case 'SIZE':
      return mailbox.sizeBytes
  }
}
