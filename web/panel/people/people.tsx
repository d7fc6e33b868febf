import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { OperationInput, OperationOutput } from '../../data/call.ts'
import { useMay, useMe } from '../../data/me.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import { useUiText } from '../../text/ui.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Dialog, Question } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Page } from '../../ui/page.tsx'
import { RadioCards } from '../../ui/radio-cards.tsx'
import { Select } from '../../ui/select.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { toast } from '../../ui/toast.tsx'
import { useFrameText } from '../frame/text.ts'
import { MakePassword } from '../make-password.tsx'
import { useProviderText } from '../provider/text.ts'
import { useOperationText } from '../operation-text.ts'

type Row = OperationOutput<'person.list'>['persons'][number]
type Role = OperationInput<'person.add'>['role']

const roles: readonly Role[] = ['owner', 'manager', 'helpdesk', 'read-only']

/** Who works for a customer. */
export function People() {
  const { people: text, ...words } = useOperationText()
  const { makePassword } = useUiText()
  const may = useMay()
  const columns = useColumns()
  const list = useRead('person.list', {})
  const [adding, setAdding] = useState(false)
  const [changing, setChanging] = useState<Row>()
  const [removing, setRemoving] = useState<Row>()
  /** Gets a new password. */
  const [forgetful, setForgetful] = useState<Row>()
  const { link } = useProviderText()
  const isOperator = useMe().kind === 'operator'
  const addButton = may('people') ? (
    <Button tone="primary" icon="add" onPress={() => setAdding(true)}>
      {text.add}
    </Button>
  ) : undefined
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <>
          {may('people') && !isOperator ? (
            <Link to="/sign-in-service" className={buttonLook()}>
              {link}
            </Link>
          ) : undefined}
          {addButton}
        </>
      }
    >
      <Loaded of={list}>
        {({ persons }) => (
          <Table
            name={text.title}
            rows={persons}
            idOf={({ name, customer }) => `${name} ${customer}`}
            columns={columns}
            searched={searched}
            searchLabel={text.search}
            menu={
              may('people')
                ? (row) => (
                    <Menu
                      name={words.more(row.name)}
                      entries={[
                        { label: text.changeRole, icon: 'person', onPress: () => setChanging(row) },
                        ...(row.byMailbox ? [] : [{ label: text.newPassword, icon: 'key' as const, onPress: () => setForgetful(row) }]),
                        { label: words.remove, icon: 'remove', danger: true, apart: true, onPress: () => setRemoving(row) },
                      ]}
                    />
                  )
                : undefined
            }
            empty={
              <Empty icon="person" title={text.none} action={addButton}>
                {text.noneHint}
              </Empty>
            }
          />
        )}
      </Loaded>
      <Add open={adding} onClose={() => setAdding(false)} />
      <Dialog title={changing?.name ?? ''} open={changing !== undefined} onClose={() => setChanging(undefined)}>
        {changing === undefined ? undefined : <ChangeRole row={changing} onClose={() => setChanging(undefined)} />}
      </Dialog>
      <MakePassword
        operation="person.password"
        input={{ name: forgetful?.name ?? '', customer: forgetful?.customer }}
        open={forgetful !== undefined}
        onClose={() => setForgetful(undefined)}
      >
        {makePassword.endsOld(forgetful?.name ?? '')}
      </MakePassword>
      <Remove row={removing} onClose={() => setRemoving(undefined)} />
    </Page>
  )
}

const searched = ({ name, customer }: Row) => `${name} ${customer}`

function useColumns(): readonly Column<Row>[] {
  const { people: text } = useOperationText()
  const { roles } = useFrameText()
  const isOperator = useMe().kind === 'operator'
  return [
    { key: 'name', title: text.name, sortBy: ({ name }) => name, cell: ({ name }) => <strong>{name}</strong> },
    {
      key: 'role',
      title: text.role,
      width: '9rem',
      sortBy: ({ role }) => role,
      cell: ({ role }) => <Badge tone={role === 'owner' ? 'accent' : undefined}>{roles[role]}</Badge>,
    },
    ...(isOperator
      ? [{ key: 'customer', title: text.customer, onlyWide: true, sortBy: ({ customer }: Row) => customer, cell: ({ customer }: Row) => customer }]
      : []),
    { key: 'signsIn', title: text.signsIn, onlyWide: true, cell: ({ byMailbox }) => (byMailbox ? text.byMailbox : text.byPassword) },
  ]
}

function useRoleChoices() {
  const { people: text } = useOperationText()
  const { roles: names } = useFrameText()
  return roles.map((value) => ({ value, label: names[value], note: text.roleNotes[value] }))
}

function Add({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { people: text } = useOperationText()
  const [made, setMade] = useState<{ readonly name: string; readonly password: string }>()
  const close = () => {
    setMade(undefined)
    onClose()
  }
  return (
    <Dialog title={text.add} open={open} onClose={close}>
      {made === undefined ? (
        <AddForm onMade={setMade} onClose={close} />
      ) : (
        <ShownOnce note={text.once(made.name)} what={text.password} secret={made.password} done={text.done} onDone={close} />
      )}
    </Dialog>
  )
}

function AddForm({ onMade, onClose }: { readonly onMade: (made: { readonly name: string; readonly password: string }) => void; readonly onClose: () => void }) {
  const { people: text } = useOperationText()
  const choices = useRoleChoices()
  const isOperator = useMe().kind === 'operator'
  const customers = useRead('customer.list', {}, { enabled: isOperator }).data?.customers ?? []
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('manager')
  const [customer, setCustomer] = useState<string>()
  const add = useChange('person.add')
  const submit = async () => {
    const added = await add.run({ name: name.trim(), role, customer })
    if (added === undefined) return
    if (added.password !== undefined) return onMade({ name: added.name, password: added.password })
    onClose()
    toast(text.added(added.name), async () => await change('person.remove', { name: added.name, customer }))
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={add.problem}
      fields={['name', 'role', 'customer']}
      actions={
        <Button type="submit" tone="primary" pending={add.pending}>
          {text.add}
        </Button>
      }
    >
      <TextField label={text.name} name="name" note={text.addressNote} value={name} onChange={setName} autoFocus />
      {isOperator ? (
        <Select
          label={text.customer}
          name="customer"
          choices={customers.map((one) => ({ value: one.name, label: one.name }))}
          value={customer}
          onChange={setCustomer}
        />
      ) : undefined}
      <RadioCards label={text.role} name="role" choices={choices} value={role} onChange={setRole} />
    </Form>
  )
}

function ChangeRole({ row: { name, customer, role: before }, onClose }: { readonly row: Row; readonly onClose: () => void }) {
  const { people: text, save, saved } = useOperationText()
  const choices = useRoleChoices()
  const [role, setRole] = useState<Role>(before)
  const set = useChange('person.set')
  const submit = async () => {
    if ((await set.run({ name, customer, role })) === undefined) return
    onClose()
    toast(saved, async () => await change('person.set', { name, customer, role: before }))
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={set.problem}
      fields={['role']}
      actions={
        <Button type="submit" tone="primary" pending={set.pending}>
          {save}
        </Button>
      }
    >
      <RadioCards label={text.role} name="role" choices={choices} value={role} onChange={setRole} />
    </Form>
  )
}

function Remove({ row, onClose }: { readonly row: Row | undefined; readonly onClose: () => void }) {
  const { people: text, ...words } = useOperationText()
  const remove = useChange('person.remove')
  const act = async () => {
    if (row === undefined || (await remove.run({ name: row.name, customer: row.customer })) === undefined) return
    onClose()
    toast(words.removed(row.name))
  }
  return (
    <Question
      title={words.removeTitle(row?.name ?? '')}
      open={row !== undefined}
      onClose={onClose}
      act={words.remove}
      danger
      onAct={() => void act()}
      pending={remove.pending}
      problem={remove.problem}
    >
      {text.removeNote}
    </Question>
  )
}
