import { useState } from 'react'
import type { OperationInput, OperationOutput } from '../../data/call.ts'
import { change, useChange } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Checkboxes } from '../../ui/checkboxes.tsx'
import { Form } from '../../ui/form.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { useRelaysText } from './text.ts'

type Shown = OperationOutput<'relay.show'>
type Class = Shown['classes'][number]

const allClasses: readonly Class[] = ['paid', 'trial', 'forwarded', 'bulk']
const kindsOfTls = ['opportunistic', 'required', 'implicit'] as const

/** How much of which mail a relay carries, and how it greets and signs in. */
export function ChangeRelay({ relay, onClose }: { readonly relay: Shown; readonly onClose: () => void }) {
  const text = useRelaysText()
  const { name, kind } = relay
  const [weight, setWeight] = useState(String(relay.weight))
  const [classes, setClasses] = useState<readonly Class[]>(relay.classes)
  const [helloName, setHelloName] = useState(relay.helloName ?? '')
  const [tls, setTls] = useState(relay.tls ?? 'opportunistic')
  const [user, setUser] = useState(relay.user ?? '')
  const [password, setPassword] = useState('')
  const set = useChange('relay.set')
  const submit = async () => {
    const host = kind === 'smart-host' ? { tls, user: user.trim(), ...(password === '' ? {} : { password }) } : {}
    const hello = helloName.trim() === '' ? {} : { helloName: helloName.trim() }
    if ((await set.run({ name, weight: Number(weight), classes: [...classes], ...hello, ...host })) === undefined) return
    onClose()
    toast(text.changed(name), async () => await change('relay.set', before(relay)))
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={set.problem}
      fields={['weight', 'classes', 'helloName', 'tls', 'user', 'password']}
      actions={
        <Button type="submit" tone="primary" pending={set.pending} disabled={classes.length === 0}>
          {text.save}
        </Button>
      }
    >
      <TextField label={text.weight} name="weight" note={text.weightNote} inputMode="numeric" value={weight} onChange={setWeight} autoFocus />
      <Checkboxes label={text.carries} choices={allClasses.map((value) => ({ value, label: text.classes[value] }))} value={classes} onChange={setClasses} />
      <TextField label={text.helloName} name="helloName" note={text.helloNote} value={helloName} onChange={setHelloName} mono />
      {kind === 'smart-host' ? (
        <>
          <Select label={text.tls} name="tls" choices={kindsOfTls.map((value) => ({ value, label: text.tlses[value] }))} value={tls} onChange={setTls} />
          <TextField label={text.user} name="user" value={user} onChange={setUser} optional autoComplete="off" />
          <TextField
            label={text.password}
            name="password"
            type="password"
            note={text.passwordStays}
            value={password}
            onChange={setPassword}
            optional
            autoComplete="new-password"
          />
        </>
      ) : undefined}
    </Form>
  )
}

/** What puts all but the password back. */
function before({ name, kind, weight, classes, helloName, tls, user }: Shown): OperationInput<'relay.set'> {
  return {
    ...{ name, weight, classes: [...classes], ...(helloName !== null && { helloName }) },
    ...(kind === 'smart-host' && tls !== null && { tls, user: user ?? '' }),
  }
}
