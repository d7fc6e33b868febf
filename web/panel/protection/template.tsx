import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay, useMe } from '../../data/me.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import type { OperationOutput } from '../../data/call.ts'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Question } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import { Effect } from './effect.tsx'
import { settingKeys } from './settings.ts'
import { useProtectionText } from './text.ts'
import { ValuesForm } from './values-form.tsx'

/** One template: its values, whom a change would reach, and who has it. */
export function Template() {
  const { name } = useParams({ from: '/inside/templates/$name' })
  const { customer } = useSearch({ from: '/inside/templates/$name' })
  const text = useProtectionText()
  const shown = useRead('template.show', { name, customer })
  const may = useMay()
  const isOperator = useMe().kind === 'operator'
  return (
    <Page title={name} lead={text.templates.lead}>
      <Loaded of={shown}>
        {({ template, domains, addresses }) => {
          const mayChange = may('manage') && (template.customer !== null || isOperator)
          return (
            <>
              {mayChange ? undefined : template.customer === null ? <Note>{text.templates.givenByUs}</Note> : undefined}
              <Values key={JSON.stringify(template.values)} template={template} mayChange={mayChange} />
              <Section
                title={text.templates.who}
                actions={
                  may('manage') ? (
                    <Link to="/assistant" search={{ template: name }} className={buttonLook()}>
                      {text.templates.assign}
                    </Link>
                  ) : undefined
                }
              >
                <Table
                  name={text.templates.who}
                  rows={[...domains.map((domain) => `@${domain}`), ...addresses]}
                  idOf={(one) => one}
                  searched={(one) => one}
                  searchLabel={text.searchEntries}
                  columns={[
                    {
                      key: 'address',
                      title: text.assistant.address,
                      cell: (one) =>
                        one.startsWith('@') ? (
                          <Link to="/domains/$domain" params={{ domain: one.slice(1) }}>
                            {one}
                          </Link>
                        ) : (
                          <Link to="/addresses/$address/protection" params={{ address: one }}>
                            {one}
                          </Link>
                        ),
                    },
                  ]}
                  empty={<p>{text.templates.nobody}</p>}
                />
              </Section>
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}

function Values({ template, mayChange }: { readonly template: OperationOutput<'template.show'>['template']; readonly mayChange: boolean }) {
  const text = useProtectionText()
  const navigate = useNavigate()
  const [removing, setRemoving] = useState(false)
  const named = { name: template.name, ...(template.customer !== null && { customer: template.customer }) }
  const remove = useChange('template.remove')
  const take = async () => {
    const done = await remove.run(named)
    if (done === undefined) return
    const { edit } = done
    toast(text.templates.removed(template.name), edit === null ? undefined : async () => await change('edit.undo', { edit }))
    await navigate({ to: '/templates' })
  }
  return (
    <Section title={text.templates.values}>
      <ValuesForm
        of={{ operation: 'template.set', input: named }}
        keys={settingKeys}
        before={template.values}
        mayChange={mayChange}
        saved={text.templates.changed(template.name)}
        actions={
          <Button icon="remove" onPress={() => setRemoving(true)}>
            {text.templates.remove}
          </Button>
        }
      />
      <Question
        title={text.templates.removeTitle(template.name)}
        open={removing}
        onClose={() => setRemoving(false)}
        act={text.templates.remove}
        onAct={() => void take()}
        danger
        pending={remove.pending}
        problem={remove.problem}
      >
        {removing ? <Removal named={named} /> : undefined}
      </Question>
    </Section>
  )
}

function Removal({ named }: { readonly named: { readonly name: string; readonly customer?: string } }) {
  const foretold = useRead('template.set', { ...named, values: Object.fromEntries(settingKeys.map((key) => [key, null])), preview: true })
  return <Loaded of={foretold}>{({ effect }) => <Effect of={effect} />}</Loaded>
}
