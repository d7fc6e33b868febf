import { formatAddress } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import { type Originator, relayClassOf } from '../mail/outgoing.ts'
import type { AcceptedMessage, Fate, OutgoingForm, RemoteAddressee } from './delivery.ts'
import { successOf } from './success/successes.ts'

type Accepted = AcceptedMessage['recipients'][number]
type Target = Accepted['recipient']['targets'][number]

/**
 * A message whose sender wants it delivered later (RFC 4865): what of it is for mailboxes here waits in the queue with all the rest, judged already. Each mailbox
 * gets it once, by the first of the recipients that lead there.
 */
export function holdHere(message: AcceptedMessage): AcceptedMessage {
  const { wishes, submittedBy, recipients, remote = [], outgoing = [] } = message
  if (wishes?.notBeforeMs === undefined || submittedBy === undefined) return message
  const until = new Date(wishes.notBeforeMs).toISOString()
  const taken = new Set<AccountId>()
  const forms = recipients.flatMap((accepted) => {
    const targets = accepted.recipient.targets.filter(({ accountId }) => !taken.has(accountId))
    for (const { accountId } of targets) taken.add(accountId)
    return formsOf(message, { accepted, targets, submittedBy })
  })
  const held = ({ forwardPath, checks }: Accepted): RemoteAddressee => ({
    ...{ forwardPath, originator: submittedBy },
    checks: [...checks, { check: 'relay', result: 'wait', reason: 'held until', detail: until, micros: 0 }],
  })
  return { ...message, recipients: [], remote: [...remote, ...recipients.map(held)], outgoing: [...outgoing, ...forms] }
}

/** One for all mailboxes that see it alike; those of a list see each their own fields. */
function formsOf(
  { reversePath, received, wishes, edits = [] }: AcceptedMessage,
  { accepted, targets, submittedBy }: { readonly accepted: Accepted; readonly targets: readonly Target[]; readonly submittedBy: Originator },
): OutgoingForm[] {
  const { forwardPath, recipient, dsn } = accepted
  const fate: Fate = accepted.fate ?? { fields: '', edits }
  const sender = reversePath === null ? '' : formatAddress(reversePath)
  const alike = Map.groupBy(targets, ({ accountId }) => fate.ownFields?.get(accountId) ?? '')
  return [...alike].map(([ownFields, some], index) => ({
    kind: 'submitted',
    class: relayClassOf('submitted'),
    originator: submittedBy,
    reversePath: sender,
    recipients: [{ address: formatAddress(forwardPath), dsn }],
    ...{ utf8: false, eightBit: false, requireTls: wishes?.requireTls === true, priority: wishes?.priority ?? 0 },
    ...{ ret: wishes?.ret, envelopeId: wishes?.envelopeId, notBeforeMs: wishes?.notBeforeMs },
    here: {
      addressId: recipient.addressId,
      customerId: recipient.customerId,
      accounts: some.map(({ accountId }) => accountId),
      folder: fate.folder,
      // Once for each recipient.
      arrival: index === 0 ? successOf(accepted) : undefined,
      isList: recipient.kind === 'list',
    },
    fields: `Return-Path: <${sender}>\r\n${fate.fields}${ownFields}${received}`,
    edits: fate.edits,
  }))
}
