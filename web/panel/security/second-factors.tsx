import { useState } from 'react'
import { cache } from '../../data/cache.ts'
import { readMe, useMe } from '../../data/me.ts'
import { useChange, useRead } from '../../data/operations.ts'
import { hasPasskeys } from '../../data/passkeys.ts'
import { useWrite } from '../../text/write.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { AddApp } from './add-app.tsx'
import { AddPasskey } from './add-passkey.tsx'
import styles from './security.module.css'
import { useSecurityText } from './text.ts'

type Open = 'app' | 'passkey' | 'codes' | { readonly id: string; readonly name: string } | undefined

export function SecondFactors() {
  const text = useSecurityText()
  const { number, date } = useWrite()
  const { mailbox } = useMe()
  const [open, setOpen] = useState<Open>()
  const [codes, setCodes] = useState<readonly string[]>()
  const list = useRead('second-factor.list', {})
  const close = () => setOpen(undefined)
  const added = (name: string, made: readonly string[] | undefined) => {
    close()
    setCodes(made)
    toast(text.factorAdded(name))
    // What must be done first may be done now.
    void cache.invalidateQueries({ queryKey: readMe.queryKey })
  }
  return (
    <Section
      title={text.factors}
      note={mailbox === null ? text.factorsNote : `${text.factorsNote} ${text.appPasswordsNote}`}
      actions={
        <>
          <Button small icon="device" onPress={() => setOpen('app')}>
            {text.addApp}
          </Button>
          {hasPasskeys ? (
            <Button small icon="key" onPress={() => setOpen('passkey')}>
              {text.addPasskey}
            </Button>
          ) : undefined}
        </>
      }
    >
      <Loaded of={list}>
        {({ secondFactors, recoveryCodes }) => (
          <>
            <Table
              name={text.factors}
              rows={secondFactors}
              idOf={({ id }) => id}
              empty={<Empty icon="shield">{text.noFactors}</Empty>}
              columns={[
                { key: 'name', title: text.name, cell: ({ name }) => name },
                { key: 'kind', title: text.kind, cell: ({ kind }) => text.kinds[kind] },
                { key: 'added', title: text.added, onlyWide: true, cell: ({ created }) => date(created) },
                { key: 'used', title: text.lastUsed, onlyWide: true, cell: ({ lastUsed }) => (lastUsed === null ? text.never : date(lastUsed)) },
              ]}
              menu={({ id, name }) => <IconButton small icon="remove" name={text.remove} onPress={() => setOpen({ id, name })} />}
            />
            {secondFactors.length === 0 ? undefined : (
              <p className={styles.codesLeft}>
                {text.codesLeft(number(recoveryCodes))}
                <Button small onPress={() => setOpen('codes')}>
                  {text.newCodes}
                </Button>
              </p>
            )}
          </>
        )}
      </Loaded>
      <Dialog title={text.addApp} open={open === 'app'} onClose={close}>
        <AddApp onAdded={added} />
      </Dialog>
      <Dialog title={text.addPasskey} open={open === 'passkey'} onClose={close}>
        <AddPasskey onAdded={added} />
      </Dialog>
      <Dialog title={text.newCodes} open={open === 'codes'} onClose={close}>
        <NewCodes
          onMade={(made) => {
            close()
            setCodes(made)
          }}
        />
      </Dialog>
      <Dialog title={typeof open === 'object' ? text.removeTitle(open.name) : ''} open={typeof open === 'object'} onClose={close}>
        {typeof open === 'object' ? <Remove {...open} onDone={close} /> : undefined}
      </Dialog>
      <Dialog title={text.codesTitle} open={codes !== undefined} onClose={() => setCodes(undefined)}>
        <p>{text.codesBody}</p>
        <ul className={styles.codes}>
          {codes?.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <div className={styles.codesLeft}>
          <CopyButton value={(codes ?? []).join('\n')} what={text.codesTitle} label={text.copyCodes} />
          <Button tone="primary" onPress={() => setCodes(undefined)}>
            {text.done}
          </Button>
        </div>
      </Dialog>
    </Section>
  )
}

function Remove({ id, name, onDone }: { readonly id: string; readonly name: string; readonly onDone: () => void }) {
  const text = useSecurityText()
  const [password, setPassword] = useState('')
  const remove = useChange('second-factor.remove')
  const submit = async () => {
    if ((await remove.run({ id, password })) === undefined) return
    onDone()
    toast(text.removed(name))
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={remove.problem}
      fields={['password']}
      actions={
        <Button type="submit" tone="danger" pending={remove.pending}>
          {text.remove}
        </Button>
      }
    >
      <p>{text.removeBody}</p>
      <TextField label={text.yourPassword} name="password" type="password" value={password} onChange={setPassword} autoComplete="current-password" autoFocus />
    </Form>
  )
}

function NewCodes({ onMade }: { readonly onMade: (codes: readonly string[]) => void }) {
  const text = useSecurityText()
  const [password, setPassword] = useState('')
  const make = useChange('recovery-codes.new')
  const submit = async () => {
    const done = await make.run({ password })
    if (done !== undefined) onMade(done.recoveryCodes)
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={make.problem}
      fields={['password']}
      actions={
        <Button type="submit" tone="primary" pending={make.pending}>
          {text.newCodes}
        </Button>
      }
    >
      <p>{text.newCodesQuestion}</p>
      <TextField label={text.yourPassword} name="password" type="password" value={password} onChange={setPassword} autoComplete="current-password" autoFocus />
    </Form>
  )
}
