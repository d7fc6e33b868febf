import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Checkboxes } from '../../ui/checkboxes.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { LimitField } from '../../ui/limit-field.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Note } from '../../ui/note.tsx'
import { Page } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { useOperationText } from '../operation-text.ts'
import { Effect } from '../protection/effect.tsx'
import { sizeText } from '../size-text.ts'

type Row = OperationOutput<'plan.list'>['plans'][number]

/** What customers may have. */
export function Plans() {
  const { plans: text, ...words } = useOperationText()
  const columns = useColumns()
  const navigate = useNavigate()
  const list = useRead('plan.list', {})
  const [adding, setAdding] = useState(false)
  const [changing, setChanging] = useState<Row>()
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
      <Loaded of={list}>
        {({ plans }) => (
          <Table
            name={text.title}
            rows={plans}
            idOf={({ name }) => name}
            columns={columns}
            menu={(row) => (
              <Menu
                name={words.more(row.name)}
                entries={[
                  { label: words.change, icon: 'settings', onPress: () => setChanging(row) },
                  { label: text.inherited, icon: 'shield', onPress: () => void navigate({ to: '/plans/$name', params: { name: row.name } }) },
                ]}
              />
            )}
          />
        )}
      </Loaded>
      <Dialog title={text.add} open={adding} onClose={() => setAdding(false)}>
        <PlanForm onClose={() => setAdding(false)} />
      </Dialog>
      <Dialog title={text.changeTitle(changing?.name ?? '')} open={changing !== undefined} onClose={() => setChanging(undefined)}>
        <PlanForm now={changing} onClose={() => setChanging(undefined)} />
      </Dialog>
    </Page>
  )
}

function useColumns(): readonly Column<Row>[] {
  const { plans: text } = useOperationText()
  const { number, size } = useWrite()
  const orNone = (value: number | null, words: (value: number) => string) => (value === null ? text.unlimited : words(value))
  return [
    {
      key: 'name',
      title: text.name,
      sortBy: ({ name }) => name,
      cell: ({ name }) => (
        <Link to="/plans/$name" params={{ name }}>
          {name}
        </Link>
      ),
    },
    { key: 'customers', title: text.customers, numbers: true, sortBy: ({ customers }) => customers, cell: ({ customers }) => number(customers) },
    { key: 'storage', title: text.storage, numbers: true, cell: ({ storageBytes }) => orNone(storageBytes, size) },
    { key: 'message', title: text.message, numbers: true, onlyWide: true, cell: ({ maxMessageBytes }) => size(maxMessageBytes) },
    { key: 'mailboxes', title: text.mailboxes, numbers: true, onlyWide: true, cell: ({ maxMailboxes }) => orNone(maxMailboxes, number) },
    { key: 'addresses', title: text.addresses, numbers: true, onlyWide: true, cell: ({ maxAddresses }) => orNone(maxAddresses, number) },
    { key: 'domains', title: text.domains, numbers: true, onlyWide: true, cell: ({ maxDomains }) => orNone(maxDomains, number) },
  ]
}

type Feature = Row['features'][number]
const allFeatures: readonly Feature[] = ['forwarding-elsewhere', 'lists', 'autoresponder', 'catch-all', 'app-passwords', 'api']

const count = (value: number | null | undefined) => (value === undefined || value === null ? 'none' : String(value))

/** A new plan, or what `now` is to become. */
function PlanForm({ now, onClose }: { readonly now?: Row | undefined; readonly onClose: () => void }) {
  const { plans: text, save, saved } = useOperationText()
  const [name, setName] = useState(now?.name ?? '')
  const [storage, setStorage] = useState(now === undefined ? 'none' : sizeText(now.storageBytes))
  const [messageSize, setMessageSize] = useState(now === undefined ? '100M' : sizeText(now.maxMessageBytes))
  const [mailboxes, setMailboxes] = useState(count(now?.maxMailboxes))
  const [addresses, setAddresses] = useState(count(now?.maxAddresses))
  const [domains, setDomains] = useState(count(now?.maxDomains))
  const [features, setFeatures] = useState<readonly Feature[]>(now?.features ?? allFeatures)
  const add = useChange('plan.add')
  const set = useChange('plan.set')
  const input = { name: name.trim(), storage, messageSize, mailboxes, addresses, domains, features: [...features] }
  const unlimited = [{ value: 'none', label: text.unlimited }]
  const [first] = useState(input)
  const isChanged = JSON.stringify(input) !== JSON.stringify(first)
  const foretold = useRead('plan.set', { ...input, preview: true }, { enabled: now !== undefined && isChanged })
  const submit = async () => {
    if (now === undefined) {
      if ((await add.run(input)) === undefined) return
      toast(text.added(input.name))
    } else {
      const done = await set.run(input)
      if (done === undefined) return
      const { edit } = done
      toast(saved, edit === null ? undefined : async () => await change('edit.undo', { edit }))
    }
    onClose()
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={add.problem ?? set.problem}
      fields={['name', 'storage', 'messageSize', 'mailboxes', 'addresses', 'domains']}
      actions={
        <Button type="submit" tone="primary" pending={add.pending || set.pending}>
          {now === undefined ? text.add : save}
        </Button>
      }
    >
      {now === undefined ? <TextField label={text.name} name="name" value={name} onChange={setName} autoFocus /> : undefined}
      <LimitField label={text.storage} name="storage" isSize others={unlimited} value={storage} onChange={setStorage} />
      <LimitField label={text.message} name="messageSize" isSize others={[]} value={messageSize} onChange={setMessageSize} />
      <LimitField label={text.mailboxes} name="mailboxes" others={unlimited} value={mailboxes} onChange={setMailboxes} />
      <LimitField label={text.addresses} name="addresses" others={unlimited} value={addresses} onChange={setAddresses} />
      <LimitField label={text.domains} name="domains" others={unlimited} value={domains} onChange={setDomains} />
      <Checkboxes
        label={text.features}
        choices={allFeatures.map((value) => ({ value, label: text.featureNames[value] }))}
        value={features}
        onChange={setFeatures}
      />
      {now === undefined || !isChanged || foretold.data === undefined ? undefined : (
        <Note>
          <Effect of={foretold.data.effect} />
        </Note>
      )}
    </Form>
  )
}
