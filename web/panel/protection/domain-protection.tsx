import { useParams } from '@tanstack/react-router'
import { useMay } from '../../data/me.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import type { OperationOutput } from '../../data/call.ts'
import { Note } from '../../ui/note.tsx'
import { Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { toast } from '../../ui/toast.tsx'
import { Defaults } from './defaults.tsx'
import styles from './protection.module.css'
import { TemplateSelect } from './template-select.tsx'
import { useProtectionText } from './text.ts'

type Domain = OperationOutput<'domain.list'>['domains'][number]

/** What the addresses of a domain inherit from it. */
export function DomainProtection() {
  const { domain } = useParams({ from: '/inside/domains/$domain/protection' })
  const found = useRead('domain.list', { contains: domain })
  const mayChange = useMay()('manage')
  return (
    <Loaded of={found}>
      {({ domains }) => {
        const row = domains.find((one) => one.domain === domain)
        if (row === undefined) return undefined
        return (
          <div className={styles.rows}>
            <Template domain={row} mayChange={mayChange} />
            <Defaults scope="domain" name={domain} mayChange={mayChange} />
          </div>
        )
      }}
    </Loaded>
  )
}

function Template({ domain: { domain, customer, template: now }, mayChange }: { readonly domain: Domain; readonly mayChange: boolean }) {
  const { defaults: text } = useProtectionText()
  const give = useChange('domain.set')
  const choose = async (template: string | null) => {
    const done = await give.run({ domain, template })
    if (done === undefined) return
    const { edit } = done
    toast(text.saved, edit === null ? undefined : async () => await change('edit.undo', { edit }))
  }
  return (
    <Section title={text.ofDomain} note={text.ofDomainNote}>
      {give.problem === undefined ? undefined : <Note tone="danger">{give.problem.message}</Note>}
      <TemplateSelect customer={customer} value={now} onChange={(name) => void choose(name)} disabled={!mayChange} />
    </Section>
  )
}
