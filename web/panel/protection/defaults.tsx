import type { ComponentProps } from 'react'
import { useMe } from '../../data/me.ts'
import { Section } from '../../ui/page.tsx'
import { sendingKeys, settingKeys } from './settings.ts'
import { useProtectionText } from './text.ts'
import { ValuesForm } from './values-form.tsx'

/** What all addresses of a domain, customer or plan inherit: protection, and, which operators say, how much they may send. */
export function Defaults({ of, before, mayChange }: Pick<ComponentProps<typeof ValuesForm>, 'of' | 'before' | 'mayChange'>) {
  const { defaults: text } = useProtectionText()
  const operates = useMe().kind === 'operator'
  // Begun anew with what was saved.
  const form = { of, before, saved: text.saved }
  return (
    <>
      <Section title={text.title} note={text.note}>
        <ValuesForm key={JSON.stringify(before)} {...form} keys={settingKeys} mayChange={mayChange} />
      </Section>
      <Section title={text.sending} note={text.sendingNote}>
        <ValuesForm key={JSON.stringify(before)} {...form} keys={sendingKeys} mayChange={operates} />
      </Section>
    </>
  )
}
