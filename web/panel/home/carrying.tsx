import { Link } from '@tanstack/react-router'
import type { UseQueryResult } from '@tanstack/react-query'
import type { OperationOutput } from '../../data/call.ts'
import { useWrite } from '../../text/write.ts'
import { Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { RelayState } from '../relays/relay-state.tsx'
import { useHomeText } from './text.ts'

/** Those that carry most; the others are on their own page. */
const mostShown = 5

/** Of the operator: who carries the mail out, and how that goes. */
export function Carrying({ relays }: { readonly relays: UseQueryResult<OperationOutput<'relay.list'>> }) {
  const text = useHomeText()
  const { number } = useWrite()
  return (
    <Section title={text.relays} note={text.relaysNote} actions={<Link to="/relays">{text.allRelays}</Link>}>
      <Loaded of={relays}>
        {({ relays: all }) => (
          <Table
            name={text.relays}
            rows={all.toSorted((a, b) => b.today.delivered - a.today.delivered).slice(0, mostShown)}
            idOf={({ name }) => name}
            columns={[
              {
                key: 'relay',
                title: text.relay,
                cell: ({ name }) => (
                  <Link to="/relays/$name" params={{ name }}>
                    {name}
                  </Link>
                ),
              },
              { key: 'state', title: text.state, cell: (relay) => <RelayState relay={relay} /> },
              { key: 'sent', title: text.sent, numbers: true, cell: ({ today }) => number(today.delivered) },
              { key: 'delayed', title: text.delayed, numbers: true, cell: ({ today }) => number(today.deferred), onlyWide: true },
              { key: 'failed', title: text.failed, numbers: true, cell: ({ today }) => number(today.failed), onlyWide: true },
            ]}
          />
        )}
      </Loaded>
    </Section>
  )
}
