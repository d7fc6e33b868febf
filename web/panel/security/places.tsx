import { useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { useSecurityText } from './text.ts'

/** Browsers and networks that are nothing new. */
export function Places() {
  const text = useSecurityText()
  const { ago } = useWrite()
  const list = useRead('place.list', {})
  return (
    <Section title={text.places} note={text.placesNote}>
      <Loaded of={list}>
        {({ places }) => (
          <Table
            name={text.places}
            rows={places}
            idOf={({ kind, value }) => `${kind} ${value}`}
            columns={[
              { key: 'value', title: text.place, cell: ({ value }) => (value === '?' ? text.unknownBrowser : value) },
              { key: 'kind', title: text.kind, width: '7rem', cell: ({ kind }) => text.placeKinds[kind] },
              { key: 'seen', title: text.lastSignIn, cell: ({ lastSeen }) => ago(lastSeen) },
            ]}
          />
        )}
      </Loaded>
    </Section>
  )
}
