import { isOtherUsers } from '../other-users.ts'
import { separator } from '../parse/mailbox-name.ts'
import type { MailboxFilter } from '../parse/mailbox-filter.ts'
import { inboxOfOther } from '../resolve.ts'

/** The same, with the INBOX of others as it is written among names. */
export function withOthersInbox(filter: MailboxFilter): MailboxFilter {
  return 'names' in filter ? { ...filter, names: filter.names.map((name) => (isOtherUsers(name) ? inboxOfOther(name) : name)) } : filter
}

/** Whether a mailbox, by its name and whether it is subscribed to, is among those that a filter means. */
export function matchesFilter(filter: MailboxFilter, name: string, subscribed: boolean): boolean {
  switch (filter.kind) {
    case 'personal':
      return !isOtherUsers(name)
    case 'subscribed':
      return subscribed
    case 'subtree':
      return filter.names.some((above) => name === above || name.startsWith(above + separator))
    case 'subtree-one':
      return filter.names.some((above) => name === above || (name.startsWith(above + separator) && !name.slice(above.length + 1).includes(separator)))
    case 'mailboxes':
      return filter.names.includes(name)
  }
}
