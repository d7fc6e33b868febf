import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay, useMe } from '../../data/me.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { Edits } from './edits.tsx'
import { settingWords, valueWords } from './settings.ts'
import { useProtectionText } from './text.ts'

/** The templates that one has or can use, and what was changed for many lately. */
export function Templates() {
  const text = useProtectionText()
  const { number } = useWrite()
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const templates = useRead('template.list', {})
  return (
    <Page
      title={text.templates.title}
      lead={text.templates.lead}
      actions={
        may('manage') ? (
          <Button tone="primary" icon="add" onPress={() => setAdding(true)}>
            {text.templates.add}
          </Button>
        ) : undefined
      }
    >
      <Loaded of={templates}>
        {({ templates }) => (
          <Table
            name={text.templates.title}
            rows={templates}
            idOf={({ name, customer }) => `${customer ?? ''} ${name}`}
            searched={({ name, customer }) => `${name} ${customer ?? ''}`}
            searchLabel={text.templates.search}
            columns={[
              {
                key: 'name',
                title: text.templates.name,
                sortBy: ({ name }) => name,
                cell: ({ name, customer }) => (
                  <Link to="/templates/$name" params={{ name }} search={customer === null ? {} : { customer }}>
                    {name}
                  </Link>
                ),
              },
              { key: 'whose', title: text.templates.whose, onlyWide: true, cell: ({ customer }) => customer ?? text.templates.everybody },
              {
                key: 'values',
                title: text.templates.values,
                onlyWide: true,
                cell: ({ values }) =>
                  Object.entries(values)
                    .map(([key, value]) => `${settingWords(key, text)}: ${valueWords(key, value, text)}`)
                    .join('; '),
                width: '45%',
              },
              { key: 'domains', title: text.templates.domains, numbers: true, width: '7rem', cell: ({ domains }) => number(domains) },
              { key: 'users', title: text.templates.users, numbers: true, width: '7rem', cell: ({ addresses }) => number(addresses) },
            ]}
            empty={
              <Empty icon="shield" title={text.templates.none}>
                {text.templates.noneHint}
              </Empty>
            }
          />
        )}
      </Loaded>
      <Edits />
      <Dialog title={text.templates.add} open={adding} onClose={() => setAdding(false)}>
        <AddTemplate />
      </Dialog>
    </Page>
  )
}

function AddTemplate() {
  const text = useProtectionText()
  const { customer } = useMe()
  const [name, setName] = useState('')
  const add = useChange('template.add')
  const navigate = useNavigate()
  const submit = async () => {
    const added = await add.run({ name: name.trim() })
    if (added === undefined) return
    const { edit } = added
    toast(text.templates.added(added.name), edit === null ? undefined : async () => await change('edit.undo', { edit }))
    await navigate({ to: '/templates/$name', params: { name: added.name }, search: customer === null ? {} : { customer } })
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={add.problem}
      fields={['name']}
      actions={
        <Button type="submit" tone="primary" pending={add.pending}>
          {text.templates.add}
        </Button>
      }
    >
      <TextField label={text.templates.name} name="name" note={text.templates.nameNote} value={name} onChange={setName} autoFocus />
    </Form>
  )
}
