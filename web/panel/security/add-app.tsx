import { useEffect, useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useChange } from '../../data/operations.ts'
import { Button, buttonLook } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Form } from '../../ui/form.tsx'
import { QrCode } from '../../ui/qr/qr-code.tsx'
import { TextField } from '../../ui/text-field.tsx'
import styles from './security.module.css'
import { useSecurityText } from './text.ts'

/** A key for an authenticator app, which holds once the app has shown a code of it. */
export function AddApp({ onAdded }: { readonly onAdded: (name: string, codes: readonly string[] | undefined) => void }) {
  const text = useSecurityText()
  const [offer, setOffer] = useState<OperationOutput<'totp.offer'>>()
  const [name, setName] = useState('')
  const [code, setCode] = useState('')
  const [password, setPassword] = useState('')
  const { run: ask } = useChange('totp.offer')
  const add = useChange('totp.add')
  useEffect(() => {
    if (offer === undefined) void ask({}).then(setOffer)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- asked once
  }, [])
  const submit = async () => {
    if (offer === undefined) return
    const done = await add.run({ name: name.trim(), secret: offer.secret, code, password })
    if (done !== undefined) onAdded(done.name, done.recoveryCodes)
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={add.problem}
      fields={['name', 'code', 'password']}
      actions={
        <Button type="submit" tone="primary" pending={add.pending}>
          {text.confirm}
        </Button>
      }
    >
      <p>{text.appSteps}</p>
      {offer === undefined ? undefined : <QrCode text={offer.uri} name={text.qr} />}
      <div className={styles.key}>
        <code>{offer?.secret.match(/.{1,4}/g)?.join(' ') ?? '…'}</code>
        <CopyButton value={offer?.secret ?? ''} what={text.key} />
        <a className={buttonLook({ small: true })} href={offer?.uri ?? '#'}>
          {text.openApp}
        </a>
      </div>
      <TextField label={text.name} name="name" note={text.nameNote} value={name} onChange={setName} required />
      <TextField label={text.code} name="code" value={code} onChange={setCode} inputMode="numeric" autoComplete="one-time-code" mono required />
      <TextField label={text.yourPassword} name="password" type="password" value={password} onChange={setPassword} autoComplete="current-password" />
    </Form>
  )
}
