import { useState } from 'react'
import type { OperationInput } from '../data/call.ts'
import { useUiText } from '../text/ui.ts'
import { Dialog } from '../ui/dialog.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { Ask } from './ask.tsx'

type Making = 'mailbox.password' | 'person.password' | 'operator.password'

interface MakePasswordProps<Name extends Making> {
  readonly operation: Name
  readonly input: OperationInput<Name>
  readonly open: boolean
  readonly onClose: () => void
  /** What becomes of the old one. */
  readonly children: string
}

/** A new password, made by the server and shown once. */
export function MakePassword<Name extends Making>({ operation, input, open, onClose, children }: MakePasswordProps<Name>) {
  const { makePassword: text } = useUiText()
  const [password, setPassword] = useState<string>()
  const done = () => setPassword(undefined)
  return (
    <>
      <Ask operation={operation} input={input} onDone={(made) => setPassword(made.password)} title={text.title} open={open} onClose={onClose} act={text.act}>
        {children}
      </Ask>
      <Dialog title={text.title} open={password !== undefined} onClose={done}>
        <ShownOnce note={text.once} what={text.what} secret={password ?? ''} done={text.done} onDone={done} />
      </Dialog>
    </>
  )
}
