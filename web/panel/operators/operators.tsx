import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useMe } from '../../data/me.ts'
import { useChange, useRead } from '../../data/operations.ts'
import { useUiText } from '../../text/ui.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Page } from '../../ui/page.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { Ask } from '../ask.tsx'
import { MakePassword } from '../make-password.tsx'
import { useOperationText } from '../operation-text.ts'

type Row = OperationOutput<'operator.list'>['operators'][number]

/** What is to be done with an operator. */
interface Asked {
  readonly what: 'password' | 'remove'
  readonly name: string
}

/** Who runs the installation. */
export function Operators() {
  const { operators: text, ...words } = useOperationText()
  const { makePassword } = useUiText()
  const me = useMe().name
  const list = useRead('operator.list', {})
  const [adding, setAdding] = useState(false)
  const [asked, setAsked] = useState<Asked>()
  const done = () => setAsked(undefined)
  const name = asked?.name ?? ''
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
        {({ operators }) => (
          <Table
            name={text.title}
            rows={operators}
            idOf={(row) => row.name}
            columns={[
              { key: 'name', title: text.name, sortBy: (row: Row) => row.name, cell: (row: Row) => <strong>{row.name}</strong> },
              { key: 'mailbox', title: text.mailbox, cell: (row: Row) => row.mailbox ?? text.noMailbox },
            ]}
            menu={(row) => (
              <Menu
                name={words.more(row.name)}
                entries={[
                  // One's own is changed where the old one is asked for: Security.
                  ...(row.name === me
                    ? []
                    : [{ label: text.newPassword, icon: 'key' as const, onPress: () => setAsked({ what: 'password', name: row.name }) }]),
                  { label: words.remove, icon: 'remove', danger: true, apart: true, onPress: () => setAsked({ what: 'remove', name: row.name }) },
                ]}
              />
            )}
          />
        )}
      </Loaded>
      <Add open={adding} onClose={() => setAdding(false)} />
      <MakePassword operation="operator.password" input={{ name }} open={asked?.what === 'password'} onClose={done}>
        {makePassword.endsOld(name)}
      </MakePassword>
      <Ask
        operation="operator.remove"
        input={{ name }}
        onDone={() => toast(words.removed(name))}
        title={words.removeTitle(name)}
        open={asked?.what === 'remove'}
        onClose={done}
        act={words.remove}
        danger
      >
        {text.removeNote}
      </Ask>
    </Page>
  )
}

function Add({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { operators: text } = useOperationText()
  const { makePassword } = useUiText()
  const [password, setPassword] = useState<string>()
  const close = () => {
    setPassword(undefined)
    onClose()
  }
  return (
    <Dialog title={text.add} open={open} onClose={close}>
      {password === undefined ? (
        <AddForm onMade={setPassword} />
      ) : (
        <ShownOnce note={makePassword.once} what={makePassword.what} secret={password} done={makePassword.done} onDone={close} />
      )}
    </Dialog>
  )
}

function AddForm({ onMade }: { readonly onMade: (password: string) => void }) {
  const { operators: text } = useOperationText()
  const [name, setName] = useState('')
  const [mailbox, setMailbox] = useState('')
  const add = useChange('operator.add')
  const submit = async () => {
    const added = await add.run({ name: name.trim(), ...(mailbox.trim() === '' ? {} : { mailbox: mailbox.trim() }) })
    if (added?.password !== undefined) onMade(added.password)
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={add.problem}
      fields={['name', 'mailbox']}
      actions={
        <Button type="submit" tone="primary" pending={add.pending}>
          {text.add}
        </Button>
      }
    >
      <TextField label={text.name} name="name" value={name} onChange={setName} autoFocus />
      <TextField label={text.mailbox} name="mailbox" type="email" note={text.mailboxNote} optional value={mailbox} onChange={setMailbox} />
    </Form>
  )
}
