import { useState } from 'react'
import type { OperationInput } from '../../data/call.ts'
import { useChange } from '../../data/operations.ts'
import { makePasskey } from '../../data/passkeys.ts'
import { Button } from '../../ui/button.tsx'
import { Form } from '../../ui/form.tsx'
import { Note } from '../../ui/note.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useSecurityText } from './text.ts'

export function AddPasskey({ onAdded }: { readonly onAdded: (name: string, codes: readonly string[] | undefined) => void }) {
  const text = useSecurityText()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [none, setNone] = useState(false)
  const offer = useChange('passkey.offer')
  const add = useChange('passkey.add')
  const submit = async () => {
    setNone(false)
    const asked = await offer.run({})
    if (asked === undefined) return
    const response = await makePasskey(structuredClone(asked) as Parameters<typeof makePasskey>[0])
    if (response === undefined) {
      setNone(true)
      return
    }
    const done = await add.run({ name: name.trim(), password, response: response as OperationInput<'passkey.add'>['response'] })
    if (done !== undefined) onAdded(done.name, done.recoveryCodes)
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={add.problem ?? offer.problem}
      fields={['name', 'password']}
      actions={
        <Button type="submit" tone="primary" icon="key" pending={add.pending || offer.pending}>
          {text.confirm}
        </Button>
      }
    >
      <TextField label={text.name} name="name" note={text.nameNote} value={name} onChange={setName} required autoFocus />
      <TextField label={text.yourPassword} name="password" type="password" value={password} onChange={setPassword} autoComplete="current-password" />
      {none ? <Note tone="warn">{text.noPasskey}</Note> : undefined}
    </Form>
  )
}
