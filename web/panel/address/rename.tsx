import { useState } from 'react'
import { cache } from '../../data/cache.ts'
import { readMe } from '../../data/me.ts'
import { change, useChange } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import styles from './rename.module.css'
import { useAddressText } from './text.ts'

interface RenameProps {
  /** Undefined: nothing is asked. */
  readonly address: string | undefined
  readonly onClose: () => void
  /** Its address from now on, after taking it back as well. */
  readonly onRenamed?: (address: string) => Promise<void> | void
}

/** Asks for another address of a mailbox, and says what comes of it. */
export function Rename({ address, onClose, onRenamed }: RenameProps) {
  const { rename: text } = useAddressText()
  return (
    <Dialog title={text.title(address ?? '')} open={address !== undefined} onClose={onClose}>
      {address === undefined ? undefined : <RenameForm from={address} onClose={onClose} onRenamed={onRenamed} />}
    </Dialog>
  )
}

function RenameForm({ from, onClose, onRenamed }: Omit<RenameProps, 'address'> & { readonly from: string }) {
  const { rename: text } = useAddressText()
  const [given, setGiven] = useState(from)
  const [leavesAlias, setLeavesAlias] = useState(true)
  const rename = useChange('mailbox.rename')
  const settle = async (now: string) => {
    await onRenamed?.(now)
    // It may be one's own.
    await cache.invalidateQueries({ queryKey: readMe.queryKey })
  }
  const submit = async () => {
    const done = await rename.run({ from, to: given.trim() })
    if (done === undefined) return
    const { to } = done
    const hasAlias = leavesAlias && (await addAlias(from, to))
    onClose()
    toast(leavesAlias && !hasAlias ? text.doneWithoutAlias(to, from) : text.done(to), async () => {
      if (hasAlias) await change('pointer.remove', { kind: 'alias', address: from })
      await change('mailbox.rename', { from: to, to: from })
      await settle(from)
    })
    await settle(to)
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={rename.problem}
      fields={['to']}
      actions={
        <Button type="submit" tone="primary" pending={rename.pending} disabled={given.trim() === from}>
          {text.act}
        </Button>
      }
    >
      <TextField label={text.to} name="to" note={text.toNote} value={given} onChange={setGiven} autoFocus mono />
      <Checkbox label={text.alias(from)} note={leavesAlias ? text.withAlias : text.withoutAlias(from)} on={leavesAlias} onChange={setLeavesAlias} />
      <ul className={styles.facts}>
        <li>{text.mail}</li>
        <li>{text.signIn}</li>
        <li>{text.pointers}</li>
      </ul>
    </Form>
  )
}

/** false: it was refused, as where the plan has no room for it. */
async function addAlias(address: string, to: string): Promise<boolean> {
  return await change('alias.add', { address, to: [to] }).then(
    () => true,
    () => false,
  )
}
