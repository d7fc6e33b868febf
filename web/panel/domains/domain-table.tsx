import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useWrite } from '../../text/write.ts'
import { Table } from '../../ui/table.tsx'
import { useDomainsText } from './text.ts'

type Row = OperationOutput<'domain.list'>['domains'][number]

interface DomainTableProps {
  readonly rows: readonly Row[]
  /** Of several customers: whose is said, too. */
  readonly withCustomer?: boolean
  readonly empty: ReactNode
}

/** Domains, each with how many addresses it has. */
export function DomainTable({ rows, withCustomer = false, empty }: DomainTableProps) {
  const text = useDomainsText()
  const { number } = useWrite()
  return (
    <Table
      name={text.title}
      rows={rows}
      idOf={({ domain }) => domain}
      searched={({ domain, customer }) => (withCustomer ? `${domain} ${customer}` : domain)}
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
        ...(withCustomer
          ? [{ key: 'customer', title: text.customer, sortBy: ({ customer }: Row) => customer, cell: ({ customer }: Row) => customer, onlyWide: true }]
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
      empty={empty}
    />
  )
}
