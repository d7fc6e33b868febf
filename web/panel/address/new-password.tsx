import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/page.tsx'
import { MakePassword } from '../make-password.tsx'
import { useAddressText } from './text.ts'

/** A new password for a mailbox. */
export function NewPassword({ address }: { readonly address: string }) {
  const { overview: text } = useAddressText()
  const [asking, setAsking] = useState(false)
  return (
    <Section title={text.password} note={text.passwordNote}>
      <div>
        <Button icon="key" onPress={() => setAsking(true)}>
          {text.newPassword}
        </Button>
      </div>
      <MakePassword operation="mailbox.password" input={{ address }} open={asking} onClose={() => setAsking(false)}>
        {text.newPasswordNote}
      </MakePassword>
    </Section>
  )
}
