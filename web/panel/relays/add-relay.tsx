import { useState } from 'react'
import { useChange } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { RadioCards } from '../../ui/radio-cards.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { useRelaysText } from './text.ts'

export function AddRelay({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const text = useRelaysText()
  return (
    <Dialog title={text.add} open={open} onClose={onClose}>
      <AddRelayForm onClose={onClose} />
    </Dialog>
  )
}

const empty = { name: '', ip: '', smartHost: '', user: '', password: '', helloName: '' }

function AddRelayForm({ onClose }: { readonly onClose: () => void }) {
  const text = useRelaysText()
  const [kind, setKind] = useState<'ip' | 'smart-host'>('ip')
  const [warmUp, setWarmUp] = useState<'usual' | 'none'>('usual')
  const [fields, setFields] = useState(empty)
  const put = (field: keyof typeof empty) => (value: string) => setFields((now) => ({ ...now, [field]: value }))
  const add = useChange('relay.add')
  const submit = async () => {
    const { name, ip, smartHost, user, password, helloName } = fields
    const way = kind === 'ip' ? { ip: ip.trim(), warmUp } : { smartHost: smartHost.trim(), ...(user === '' ? {} : { user: user.trim(), password }) }
    const added = await add.run({ name: name.trim(), ...way, ...(helloName === '' ? {} : { helloName: helloName.trim() }) })
    if (added === undefined) return
    onClose()
    toast(text.added(added.name))
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={add.problem}
      fields={Object.keys(empty)}
      actions={
        <Button type="submit" tone="primary" pending={add.pending}>
          {text.add}
        </Button>
      }
    >
      <TextField label={text.name} name="name" note={text.nameNote} value={fields.name} onChange={put('name')} autoFocus />
      <RadioCards
        label={text.kind}
        value={kind}
        onChange={setKind}
        choices={(['ip', 'smart-host'] as const).map((value) => ({ value, label: text.kinds[value] }))}
      />
      {kind === 'ip' ? (
        <>
          <TextField label={text.ip} name="ip" value={fields.ip} onChange={put('ip')} mono />
          <Select
            label={text.warmUp}
            name="warmUp"
            note={text.warmUpNote}
            value={warmUp}
            onChange={setWarmUp}
            choices={(['usual', 'none'] as const).map((value) => ({ value, label: text.warmUps[value] }))}
          />
        </>
      ) : (
        <>
          <TextField label={text.smartHost} name="smartHost" note={text.smartHostNote} value={fields.smartHost} onChange={put('smartHost')} mono />
          <TextField label={text.user} name="user" value={fields.user} onChange={put('user')} optional autoComplete="off" />
          <TextField
            label={text.password}
            name="password"
            type="password"
            value={fields.password}
            onChange={put('password')}
            optional
            autoComplete="new-password"
          />
        </>
      )}
      <TextField label={text.helloName} name="helloName" note={text.helloNote} value={fields.helloName} onChange={put('helloName')} optional mono />
    </Form>
  )
}
