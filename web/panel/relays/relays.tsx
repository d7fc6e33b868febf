import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { Page } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { AddRelay } from './add-relay.tsx'
import { type RelayListing, RelayState } from './relay-state.tsx'
import { useRelaysText } from './text.ts'

/** The ways out (SPEC D2). */
export function Relays() {
  const text = useRelaysText()
  const [adding, setAdding] = useState(false)
  const columns = useColumns()
  const relays = useRead('relay.list', {})
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <Button tone="primary" icon="add" onPress={() => setAdding(true)}>
          {text.add}
        </Button>
      }
    >
      <Loaded of={relays}>
        {({ relays }) => (
          <>
            {relays.every(({ kind }) => kind === 'machine') ? <Note>{text.only}</Note> : undefined}
            <Table
              name={text.title}
              rows={relays}
              idOf={({ name }) => name}
              columns={columns}
              searched={({ name, address, helloName }) => `${name} ${address ?? ''} ${helloName ?? ''}`}
              searchLabel={text.search}
            />
          </>
        )}
      </Loaded>
      <AddRelay open={adding} onClose={() => setAdding(false)} />
    </Page>
  )
}

function useColumns(): readonly Column<RelayListing>[] {
  const text = useRelaysText()
  const { list, number } = useWrite()
  return [
    {
      key: 'relay',
      title: text.relay,
      sortBy: ({ name }) => name,
      cell: ({ name }) => (
        <Link to="/relays/$name" params={{ name }}>
          {name}
        </Link>
      ),
    },
    { key: 'state', title: text.state, sortBy: ({ state }) => state, cell: (relay) => <RelayState relay={relay} /> },
    { key: 'address', title: text.address, sortBy: ({ address }) => address ?? '', cell: ({ address }) => address ?? text.machine, onlyWide: true },
    { key: 'carries', title: text.carries, cell: ({ classes }) => list(classes.map((one) => text.classes[one])), onlyWide: true, width: '28%' },
    { key: 'today', title: text.today, numbers: true, width: '6rem', sortBy: ({ today }) => today.delivered, cell: ({ today }) => number(today.delivered) },
  ]
}
