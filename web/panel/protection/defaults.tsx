import { useMe } from '../../data/me.ts'
import { useRead } from '../../data/operations.ts'
import type { OperationOutput } from '../../data/call.ts'
import { Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { sendingKeys, settingKeys } from './settings.ts'
import { useProtectionText } from './text.ts'
import { ValuesForm } from './values-form.tsx'

interface DefaultsProps {
  readonly scope: 'domain' | 'customer' | 'plan'
  readonly name: string
  readonly mayChange: boolean
}

/** What all addresses of a domain, customer or plan inherit: protection, and, which operators say, how much they may send. */
export function Defaults({ scope, name, mayChange }: DefaultsProps) {
  const { defaults: text } = useProtectionText()
  const operates = useMe().kind === 'operator'
  const shown = useRead('address.defaults', { [scope]: name })
  const of = scope === 'domain' ? ({ operation: 'domain.set', input: { domain: name } } as const) : ({ operation: `${scope}.set`, input: { name } } as const)
  return (
    <Loaded of={shown}>
      {({ settings }) => {
        const [before, otherwise] = valuesOf(settings, scope)
        // Begun anew with what was saved.
        const form = { of, before, otherwise, saved: text.saved }
        const key = JSON.stringify(settings)
        return (
          <>
            <Section title={text.title} note={text.note}>
              <ValuesForm key={key} {...form} keys={settingKeys} mayChange={mayChange} />
            </Section>
            <Section title={text.sending} note={text.sendingNote}>
              <ValuesForm key={key} {...form} keys={sendingKeys} mayChange={operates} />
            </Section>
          </>
        )
      }}
    </Loaded>
  )
}

type Values = Readonly<Record<string, string>>

/** What it has set itself, and what it has from further up. */
function valuesOf(settings: OperationOutput<'address.defaults'>['settings'], scope: DefaultsProps['scope']): readonly [own: Values, otherwise: Values] {
  const all = Object.entries(settings)
  return [
    Object.fromEntries(all.filter(([, { from }]) => from === scope).map(([key, { value }]) => [key, value])),
    Object.fromEntries(all.map(([key, setting]) => [key, (setting.otherwise ?? setting).value])),
  ]
}
