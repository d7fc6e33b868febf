import { useState } from 'react'
import { useChange } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Form } from '../../ui/form.tsx'
import { Section } from '../../ui/page.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { PasswordStrength } from './password-strength.tsx'
import { useSecurityText } from './text.ts'

export function OwnPassword() {
  const text = useSecurityText()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const change = useChange('password.set')
  const submit = async () => {
    if ((await change.run({ current, password })) === undefined) return
    setCurrent('')
    setPassword('')
    toast(text.changed)
  }
  return (
    <Section title={text.password} note={text.passwordNote}>
      <Form
        onSubmit={() => void submit()}
        problem={change.problem}
        fields={['current', 'password']}
        actions={
          <Button type="submit" tone="primary" pending={change.pending}>
            {text.change}
          </Button>
        }
      >
        <TextField label={text.current} name="current" type="password" value={current} onChange={setCurrent} autoComplete="current-password" required />
        <div>
          <TextField label={text.new} name="password" type="password" value={password} onChange={setPassword} autoComplete="new-password" required />
          <PasswordStrength password={password} />
        </div>
      </Form>
    </Section>
  )
}
