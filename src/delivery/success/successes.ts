import type { AcceptedMessage } from '../delivery.ts'
import { wantsNotice } from '../../mail/outgoing.ts'
import type { Report } from '../../queue/dsn/report.ts'

type Accepted = AcceptedMessage['recipients'][number]

/** What a sender hears of some recipients of a message that was accepted for them. */
export interface Success extends Pick<Report, 'action' | 'toList'> {
  readonly recipients: readonly Accepted[]
}

/**
 * Of which recipients the sender wishes to hear, and what (RFC 3461 5.2.3, 5.2.7). A list has its mail when we have it (5.2.7.1), as mailboxes do; what goes on
 * from one address to several is told here, and what goes on to one person elsewhere by whoever has it at last.
 */
export function successesOf({ reversePath, recipients, wishes }: Pick<AcceptedMessage, 'reversePath' | 'recipients' | 'wishes'>): readonly Success[] {
  if (reversePath === null) return []
  // What waits for its time (held-here.ts) is told of when it arrives.
  const arrived = ({ recipient: { targets } }: Accepted) => wishes?.notBeforeMs === undefined || targets.length === 0
  const groups = Map.groupBy(
    recipients.filter((one) => wantsNotice(one.dsn, 'success') && arrived(one)),
    successOf,
  )
  groups.delete(undefined)
  return [...groups].map(([kind, some]) => ({ action: kind === 'expanded' ? kind : 'delivered', toList: kind === 'list', recipients: some }))
}

/** Undefined: it is for another server to tell. */
export function successOf({ recipient: { kind, targets, elsewhere }, fate }: Accepted): 'delivered' | 'list' | 'expanded' | undefined {
  if (kind === 'list') return 'list'
  if (elsewhere.length === 0 || fate?.staysHere === true) return 'delivered'
  return targets.length + elsewhere.length > 1 ? 'expanded' : undefined
}
