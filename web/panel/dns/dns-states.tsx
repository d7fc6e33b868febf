import { Link } from '@tanstack/react-router'
import { useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { StateBadge } from './state-badge.tsx'
import { useDnsText } from './text.ts'

/** The worst first, as people look for it. */
const rank = { error: 0, warning: 1, unknown: 2, hint: 3, good: 4 } as const

/** All domains, and what the last look at each found. */
export function DnsStates() {
  const text = useDnsText()
  const { ago } = useWrite()
  const domains = useRead('domain.list', {})
  const states = useRead('domain.dns-states', { limit: 10_000 })
  const stateOf = new Map(states.data?.domains.map((one) => [one.domain, one]))
  return (
    <Page title={text.title} lead={text.lead}>
      <Loaded of={domains}>
        {({ domains }) => (
          <Table
            name={text.title}
            rows={domains.map(({ domain }) => ({ domain, seen: stateOf.get(domain) }))}
            idOf={({ domain }) => domain}
            searched={({ domain }) => domain}
            searchLabel={text.search}
            columns={[
              {
                key: 'domain',
                title: text.domain,
                sortBy: ({ domain }) => domain,
                cell: ({ domain }) => (
                  <Link to="/domains/$domain/dns" params={{ domain }}>
                    {domain}
                  </Link>
                ),
              },
              {
                key: 'state',
                title: text.state,
                sortBy: ({ seen }) => (seen === undefined ? 5 : rank[seen.state]),
                cell: ({ seen }) => (seen === undefined ? text.notYet : <StateBadge state={seen.state} />),
              },
              {
                key: 'destination',
                title: text.mailGoes,
                onlyWide: true,
                sortBy: ({ seen }) => seen?.destination ?? '',
                cell: ({ seen }) => (seen === undefined ? '' : text.destinations[seen.destination]),
              },
              {
                key: 'checked',
                title: text.checked,
                onlyWide: true,
                sortBy: ({ seen }) => seen?.checked ?? '',
                cell: ({ seen }) => (seen === undefined ? '' : ago(seen.checked)),
              },
            ]}
            empty={
              <Empty icon="dns" title={text.none}>
                {text.noneHint}
              </Empty>
            }
          />
        )}
      </Loaded>
    </Page>
  )
}
