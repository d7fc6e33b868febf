import { useState } from 'react'
import type { OperationInput, OperationOutput } from '../../data/call.ts'
import { useMe } from '../../data/me.ts'
import { useChange, useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Checkboxes } from '../../ui/checkboxes.tsx'
import { Dialog, Question } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { toast } from '../../ui/toast.tsx'
import { useSecurityText } from '../security/text.ts'
import { useAddressText } from './text.ts'
import { useAddress, useMayHere } from './this-address.ts'

type Row = OperationOutput<'app-password.list'>['appPasswords'][number]
type Protocol = OperationInput<'app-password.add'>['protocols'][number]

const protocols: readonly Protocol[] = ['imap', 'submission', 'pop3', 'sieve']

/** Of the address that the page is about. */
export function AppPasswords() {
  const may = useMayHere()
  return <AppPasswordsOf address={useAddress()} mayAdd={may('mail', true)} mayRemove={may('help', true)} />
}

interface AppPasswordsProps {
  readonly address: string
  readonly mayAdd: boolean
  readonly mayRemove: boolean
}

/** Passwords for single programs. */
export function AppPasswordsOf({ address, mayAdd, mayRemove }: AppPasswordsProps) {
  const { appPasswords: text } = useAddressText()
  const list = useRead('app-password.list', { address })
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<string>()
  const columns = useColumns(mayRemove ? setRemoving : undefined)
  return (
    <>
      <Section
        title={text.title}
        note={text.note}
        actions={
          mayAdd ? (
            <Button small icon="add" onPress={() => setAdding(true)}>
              {text.add}
            </Button>
          ) : undefined
        }
      >
        <Loaded of={list}>
          {({ appPasswords }) => (
            <Table
              name={text.title}
              rows={appPasswords}
              idOf={({ name }) => name}
              columns={columns}
              empty={
                <Empty icon="key" title={text.none}>
                  {text.noneHint}
                </Empty>
              }
            />
          )}
        </Loaded>
      </Section>
      <Add address={address} open={adding} onClose={() => setAdding(false)} />
      <Remove address={address} name={removing} onClose={() => setRemoving(undefined)} />
    </>
  )
}

function useColumns(onRemove: ((name: string) => void) | undefined): readonly Column<Row>[] {
  const { appPasswords: text } = useAddressText()
  const { date } = useWrite()
  const words: Readonly<Record<string, string>> = text.protocols
  return [
    { key: 'name', title: text.name, cell: ({ name }) => name, sortBy: ({ name }) => name },
    { key: 'uses', title: text.uses, onlyWide: true, cell: ({ protocols }) => protocols.map((protocol) => words[protocol] ?? protocol).join(', ') },
    { key: 'created', title: text.created, onlyWide: true, width: '9rem', cell: ({ created }) => date(created), sortBy: ({ created }) => created },
    {
      key: 'lastUsed',
      title: text.lastUsed,
      width: '9rem',
      cell: ({ lastUsed }) => (lastUsed === null ? text.never : date(lastUsed)),
      sortBy: ({ lastUsed }) => lastUsed ?? '',
    },
    ...(onRemove === undefined
      ? []
      : [
          {
            key: 'remove',
            title: text.remove,
            width: '8.5rem',
            cell: ({ name }: Row) => (
              <Button small onPress={() => onRemove(name)}>
                {text.remove}
              </Button>
            ),
          },
        ]),
  ]
}

function Add({ address, open, onClose }: { readonly address: string; readonly open: boolean; readonly onClose: () => void }) {
  const { appPasswords: text } = useAddressText()
  const [made, setMade] = useState<{ readonly name: string; readonly password: string }>()
  const close = () => {
    setMade(undefined)
    onClose()
  }
  return (
    <Dialog title={made === undefined ? text.add : text.madeTitle(made.name)} open={open} onClose={close}>
      {made === undefined ? (
        <AddForm address={address} onMade={setMade} />
      ) : (
        <ShownOnce note={text.once} what={text.password} secret={made.password} done={text.done} onDone={close} />
      )}
    </Dialog>
  )
}

function AddForm({ address, onMade }: { readonly address: string; readonly onMade: (made: { readonly name: string; readonly password: string }) => void }) {
  const { appPasswords: text } = useAddressText()
  const add = useChange('app-password.add')
  const { yourPassword } = useSecurityText()
  const isOwn = useMe().mailbox === address
  const [password, setPassword] = useState('')
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly Protocol[]>(['imap', 'submission'])
  const submit = async () => {
    const made = await add.run({ address, name: name.trim(), protocols: [...chosen], ...(isOwn && { password }) })
    if (made !== undefined) onMade(made)
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={add.problem}
      fields={['name', 'password']}
      actions={
        <Button type="submit" tone="primary" pending={add.pending} disabled={chosen.length === 0}>
          {text.add}
        </Button>
      }
    >
      <TextField label={text.name} name="name" note={text.nameNote} value={name} onChange={setName} autoFocus />
      <Checkboxes label={text.uses} choices={protocols.map((value) => ({ value, label: text.protocols[value] }))} value={chosen} onChange={setChosen} />
      {isOwn ? (
        <TextField label={yourPassword} name="password" type="password" value={password} onChange={setPassword} autoComplete="current-password" />
      ) : undefined}
    </Form>
  )
}

function Remove({ address, name, onClose }: { readonly address: string; readonly name: string | undefined; readonly onClose: () => void }) {
  const { appPasswords: text } = useAddressText()
  const remove = useChange('app-password.remove')
  const act = async () => {
    if (name === undefined || (await remove.run({ address, name })) === undefined) return
    onClose()
    toast(text.removed(name))
  }
  return (
    <Question
      title={text.removeTitle(name ?? '')}
      open={name !== undefined}
      onClose={onClose}
      act={text.remove}
      danger
      onAct={() => void act()}
      pending={remove.pending}
      problem={remove.problem}
    >
      {text.removeNote}
    </Question>
  )
}
