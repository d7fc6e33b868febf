import { useState } from 'react'
import { useChange } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog, Question } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { Section } from '../../ui/page.tsx'
import { useAddressText } from './text.ts'

/** A new password for a mailbox, made by the server and shown once. */
export function NewPassword({ address }: { readonly address: string }) {
  const { overview: text, appPasswords } = useAddressText()
  const [asking, setAsking] = useState(false)
  const [password, setPassword] = useState<string>()
  const make = useChange('mailbox.password')
  const act = async () => {
    const made = await make.run({ address })
    if (made === undefined) return
    setAsking(false)
    setPassword(made.password)
  }
  return (
    <Section title={text.password} note={text.passwordNote}>
      <div>
        <Button icon="key" onPress={() => setAsking(true)}>
          {text.newPassword}
        </Button>
      </div>
      <Question
        title={text.newPasswordTitle}
        open={asking}
        onClose={() => setAsking(false)}
        act={text.newPassword}
        onAct={() => void act()}
        pending={make.pending}
        problem={make.problem}
      >
        {text.newPasswordNote}
      </Question>
      <Dialog title={text.newPasswordTitle} open={password !== undefined} onClose={() => setPassword(undefined)}>
        <Note tone="good">{text.newPasswordOnce}</Note>
        <p>
          <code>{password}</code> <CopyButton what={appPasswords.password} value={password ?? ''} />
        </p>
        <div>
          <Button tone="primary" onPress={() => setPassword(undefined)}>
            {appPasswords.done}
          </Button>
        </div>
      </Dialog>
    </Section>
  )
}
