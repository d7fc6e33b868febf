import { useState } from 'react'
import { useMe } from '../../data/me.ts'
import { useChange, useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Section } from '../../ui/page.tsx'
import { RadioCards } from '../../ui/radio-cards.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { useSecurityText } from './text.ts'

export function Tokens() {
  const text = useSecurityText()
  const { date, ago } = useWrite()
  const [adding, setAdding] = useState(false)
  const [token, setToken] = useState<string>()
  const list = useRead('token.list', {})
  const remove = useChange('token.remove')
  const drop = async (name: string) => {
    if ((await remove.run({ name })) !== undefined) toast(text.removed(name))
  }
  return (
    <Section
      title={text.tokens}
      note={text.tokensNote}
      actions={
        <Button small icon="add" onPress={() => setAdding(true)}>
          {text.addToken}
        </Button>
      }
    >
      <Loaded of={list}>
        {({ tokens }) => (
          <Table
            name={text.tokens}
            rows={tokens}
            idOf={({ name }) => name}
            empty={<Empty icon="key">{text.noTokens}</Empty>}
            columns={[
              { key: 'name', title: text.name, cell: ({ name }) => name },
              { key: 'scopes', title: text.scope, onlyWide: true, cell: ({ scopes }) => scopes.join(', ') },
              { key: 'expires', title: text.expires, onlyWide: true, cell: ({ expires }) => (expires === null ? text.never : date(expires)) },
              { key: 'used', title: text.lastUsed, cell: ({ lastUsed }) => (lastUsed === null ? text.never : ago(lastUsed)) },
            ]}
            menu={({ name }) => <IconButton small icon="remove" name={text.remove} onPress={() => void drop(name)} />}
          />
        )}
      </Loaded>
      <Dialog title={text.addToken} open={adding} onClose={() => setAdding(false)}>
        <AddToken
          onAdded={(made) => {
            setAdding(false)
            setToken(made)
          }}
        />
      </Dialog>
      <Dialog title={text.tokenTitle} open={token !== undefined} onClose={() => setToken(undefined)}>
        <p>{text.tokenBody}</p>
        <code>{token}</code>
        <CopyButton value={token ?? ''} what={text.tokenTitle} label={text.copyToken} />
      </Dialog>
    </Section>
  )
}

function AddToken({ onAdded }: { readonly onAdded: (token: string) => void }) {
  const text = useSecurityText()
  const { permissions } = useMe()
  const [name, setName] = useState('')
  const [scope, setScope] = useState<'read' | 'all'>('read')
  const [expires, setExpires] = useState('')
  const [password, setPassword] = useState('')
  const add = useChange('token.add')
  const submit = async () => {
    // A mailbox user has no permissions beyond the own mailbox; there, these are what a token can be given.
    const all = permissions.length === 0 ? (['see', 'help', 'mail'] as const) : permissions
    const done = await add.run({ name: name.trim(), scopes: scope === 'read' ? ['read'] : [...all], password, ...(expires !== '' && { expires }) })
    if (done !== undefined) onAdded(done.token)
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={add.problem}
      fields={['name', 'expires', 'password']}
      actions={
        <Button type="submit" tone="primary" pending={add.pending}>
          {text.confirm}
        </Button>
      }
    >
      <TextField label={text.name} name="name" value={name} onChange={setName} required autoFocus />
      <RadioCards
        label={text.scope}
        choices={[
          { value: 'read', label: text.scopes.read },
          { value: 'all', label: text.scopes.all },
        ]}
        value={scope}
        onChange={setScope}
      />
      <TextField label={text.expires} name="expires" type="date" value={expires} onChange={setExpires} optional />
      <TextField label={text.yourPassword} name="password" type="password" value={password} onChange={setPassword} autoComplete="current-password" />
    </Form>
  )
}
