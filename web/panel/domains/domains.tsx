import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay, useMe } from '../../data/me.ts'
import { useReadAll } from '../../data/pages.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { AddDomain } from './add-domain.tsx'
import { useDomainsText } from './text.ts'

export function Domains() {
  const text = useDomainsText()
  const { number } = useWrite()
  const isOperator = useMe().kind === 'operator'
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const domains = useReadAll('domain.list', {}, ({ domains }) => domains)
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        may('manage') ? (
          <Button tone="primary" icon="add" onPress={() => setAdding(true)}>
            {text.add}
          </Button>
        ) : undefined
      }
    >
      <Loaded of={domains}>
        {({ rows: domains }) => (
          <Table
            name={text.title}
            rows={domains}
            idOf={({ domain }) => domain}
            searched={({ domain, customer }) => `${domain} ${customer}`}
            searchLabel={text.search}
            columns={[
              {
                key: 'domain',
                title: text.domain,
                sortBy: ({ domain }) => domain,
                cell: ({ domain }) => (
                  <Link to="/domains/$domain" params={{ domain }}>
                    {domain}
                  </Link>
                ),
              },
              ...(isOperator
                ? [
                    {
                      key: 'customer',
                      title: text.customer,
                      sortBy: (row: (typeof domains)[number]) => row.customer,
                      cell: (row: (typeof domains)[number]) => row.customer,
                      onlyWide: true,
                    },
                  ]
                : []),
              {
                key: 'addresses',
                title: text.addresses,
                numbers: true,
                width: '9rem',
                sortBy: ({ addresses }) => addresses,
                cell: ({ addresses }) => number(addresses),
              },
            ]}
            empty={
              <Empty icon="domain" title={text.none}>
                {text.noneHint}
              </Empty>
            }
          />
        )}
      </Loaded>
      <AddDomain open={adding} onClose={() => setAdding(false)} />
    </Page>
  )
}
