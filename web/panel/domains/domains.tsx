import { useState } from 'react'
import { useMay, useMe } from '../../data/me.ts'
import { useReadAll } from '../../data/pages.ts'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { AddDomain } from './add-domain.tsx'
import { DomainTable } from './domain-table.tsx'
import { useDomainsText } from './text.ts'

export function Domains() {
  const text = useDomainsText()
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
        {({ rows }) => (
          <DomainTable
            rows={rows}
            withCustomer={isOperator}
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
