import type { OperationInput } from '../../data/call.ts'
import { type Me, useMe } from '../../data/me.ts'
import { Checkbox } from '../../ui/checkbox.tsx'
import { useWebhooksText } from './text.ts'
import styles from './webhooks.module.css'

export type Event = OperationInput<'webhook.add'>['events'][number]

interface Group {
  readonly label: 'mailboxes' | 'addresses' | 'domains' | 'mail' | 'customers' | 'relays'
  readonly events: readonly Event[]
  /** What a webhook of theirs can be told of. */
  readonly shows: (me: Me) => boolean
}

const operates = ({ permissions }: Me) => permissions.includes('operate')

const groups: readonly Group[] = [
  {
    label: 'mailboxes',
    events: ['mailbox.added', 'mailbox.changed', 'mailbox.removed', 'mailbox.locked', 'mailbox.unlocked', 'bulk.finished'],
    shows: () => true,
  },
  { label: 'mail', events: ['quota.reached', 'message.bounced', 'sending.locked', 'sending.unlocked'], shows: () => true },
  { label: 'addresses', events: ['address.added', 'address.changed', 'address.removed'], shows: () => true },
  { label: 'domains', events: ['domain.added', 'domain.changed', 'domain.removed'], shows: () => true },
  {
    label: 'customers',
    events: ['customer.added', 'customer.changed', 'customer.removed', 'customer.locked', 'customer.unlocked'],
    shows: (me) => me.reseller || operates(me),
  },
  { label: 'relays', events: ['relay.listed', 'relay.delisted', 'relay.withdrawn', 'relay.returned'], shows: operates },
]

/** What a webhook is told of. */
export function Events({ chosen, onChange }: { readonly chosen: readonly Event[]; readonly onChange: (chosen: readonly Event[]) => void }) {
  const text = useWebhooksText()
  const me = useMe()
  const put = (event: Event, on: boolean) => onChange(on ? [...chosen, event] : chosen.filter((one) => one !== event))
  return (
    <fieldset className={styles.events}>
      <legend>{text.events}</legend>
      {groups.map(({ label, events, shows }) =>
        shows(me) ? (
          <fieldset key={label} className={styles.group}>
            <legend>{text.eventsOf[label]}</legend>
            {events.map((event) => (
              <Checkbox key={event} label={text.event[event]} on={chosen.includes(event)} onChange={(on) => put(event, on)} />
            ))}
          </fieldset>
        ) : undefined,
      )}
    </fieldset>
  )
}
