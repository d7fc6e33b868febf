import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useMe } from '../../data/me.ts'
import { change, useChange } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Form } from '../../ui/form.tsx'
import { LimitField } from '../../ui/limit-field.tsx'
import { Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { toast } from '../../ui/toast.tsx'
import { choicesOf, isChosen, sendingKeys, settingWords, valueWords } from '../protection/settings.ts'
import { useProtectionText } from '../protection/text.ts'
import { useAddressText } from './text.ts'

type Shown = OperationOutput<'address.show'>

/** How much a mailbox may send, which operators say. */
export function Sending({ shown }: { readonly shown: Shown }) {
  const text = useProtectionText()
  const operates = useMe().kind === 'operator'
  return (
    <Section title={text.defaults.sending} note={text.defaults.sendingNote}>
      {operates ? (
        <Limits shown={shown} />
      ) : (
        <Definitions entries={sendingKeys.map((key) => [settingWords(key, text), valueWords(key, shown.settings[key]?.value ?? '', text)])} />
      )}
    </Section>
  )
}

function Limits({ shown }: { readonly shown: Shown }) {
  const text = useProtectionText()
  const { save } = useAddressText()
  const before = Object.fromEntries(sendingKeys.map((key) => [key, own(shown, key)]))
  const [values, setValues] = useState(before)
  const set = useChange('address.set')
  const changed = sendingKeys.filter((key) => values[key] !== before[key])
  const edit = (from: typeof values) => ({ address: shown.address, values: Object.fromEntries(changed.map((key) => [key, from[key] ?? null])) })
  const submit = async () => {
    if ((await set.run(edit(values))) !== undefined) toast(text.defaults.saved, async () => await change('address.set', edit(before)))
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={set.problem}
      fields={sendingKeys.map((key) => `values.${key}`)}
      actions={
        <Button type="submit" pending={set.pending} disabled={changed.length === 0}>
          {save}
        </Button>
      }
    >
      {sendingKeys.map((key) => {
        const setting = shown.settings[key]
        const inherited = setting?.otherwise ?? setting
        const others = [{ value: notSaid, label: text.inherits(valueWords(key, inherited?.value ?? '', text)) }]
        const field = {
          label: settingWords(key, text),
          name: `values.${key}`,
          value: values[key] ?? notSaid,
          onChange: (value: string) => setValues({ ...values, [key]: value === notSaid ? undefined : value }),
        }
        return isChosen(key) ? (
          <Select key={key} {...field} choices={[...others, ...choicesOf(key, text)]} />
        ) : (
          <LimitField key={key} {...field} others={others} />
        )
      })}
    </Form>
  )
}

/** Cannot be a value. */
const notSaid = '-'

function own({ settings }: Shown, key: string): string | undefined {
  const setting = settings[key]
  return setting?.from === 'address' ? setting.value : undefined
}
