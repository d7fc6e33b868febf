import { type ReactNode, useState } from 'react'
import type { OperationInput } from '../../data/call.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Form } from '../../ui/form.tsx'
import { LimitField } from '../../ui/limit-field.tsx'
import { Note } from '../../ui/note.tsx'
import { Select } from '../../ui/select.tsx'
import { toast } from '../../ui/toast.tsx'
import { Effect } from './effect.tsx'
import styles from './protection.module.css'
import { choicesOf, isChosen, type SendingKey, type SettingKey, settingWords, valueWords } from './settings.ts'
import { useProtectionText } from './text.ts'

/** What sets values that addresses inherit, and whose they are. */
type Setting =
  | { readonly operation: 'template.set'; readonly input: { readonly name: string; readonly customer?: string } }
  | { readonly operation: 'customer.set' | 'plan.set'; readonly input: { readonly name: string } }
  | { readonly operation: 'domain.set'; readonly input: { readonly domain: string } }
  | { readonly operation: 'setting.set'; readonly input: object }

interface ValuesFormProps {
  readonly of: Setting
  readonly keys: readonly (SettingKey | SendingKey)[]
  /** What it has set; a missing key says nothing. */
  readonly before: Readonly<Record<string, string>>
  /** What holds where it says nothing, as far as that is the same for all. */
  readonly otherwise?: Readonly<Record<string, string>>
  /** Whence that comes; without it: it is inherited. */
  readonly whence?: (value: string) => string
  readonly mayChange: boolean
  /** What is said when it is done. */
  readonly saved: string
  /** Buttons beside the one that saves. */
  readonly actions?: ReactNode
}

/** Values that addresses inherit, whom a change would reach, and the way back. */
export function ValuesForm({ of: { operation, input }, keys, before, otherwise = {}, whence, mayChange, saved, actions }: ValuesFormProps) {
  const text = useProtectionText()
  const [values, setValues] = useState(before)
  const changed = keys.filter((key) => values[key] !== before[key])
  const wanted = { ...input, values: Object.fromEntries(changed.map((key) => [key, values[key] ?? null])) } as OperationInput<Setting['operation']>
  // Asked anew with each choice: it only reads.
  const foretold = useRead(operation, { ...wanted, preview: true }, { enabled: mayChange && changed.length > 0 })
  const save = useChange(operation)
  const submit = async () => {
    const done = await save.run(wanted)
    if (done === undefined) return
    const { edit } = done
    toast(saved, edit === null ? undefined : async () => await change('edit.undo', { edit }))
  }
  const set = (key: string) => (value: string) => setValues(value === notSaid ? without(values, key) : { ...values, [key]: value })
  return (
    <Form
      onSubmit={() => void submit()}
      problem={save.problem}
      fields={keys.map((key) => `values.${key}`)}
      actions={
        mayChange ? (
          <>
            <Button type="submit" tone="primary" pending={save.pending} disabled={changed.length === 0}>
              {text.templates.save}
            </Button>
            {actions}
          </>
        ) : undefined
      }
    >
      <div className={styles.fields}>
        {keys.map((key) => {
          const weaker = otherwise[key]
          const inherited = { value: notSaid, label: weaker === undefined ? text.templates.notSaid : (whence ?? text.inherits)(valueWords(key, weaker, text)) }
          const field = { label: settingWords(key, text), name: `values.${key}`, value: values[key] ?? notSaid, onChange: set(key), disabled: !mayChange }
          return isChosen(key) ? (
            <Select key={key} {...field} choices={[inherited, ...choicesOf(key, text)]} />
          ) : (
            <LimitField key={key} {...field} others={[inherited]} />
          )
        })}
      </div>
      {changed.length === 0 || foretold.data === undefined ? undefined : (
        <Note>
          <Effect of={foretold.data.effect} />
        </Note>
      )}
    </Form>
  )
}

/** Cannot be a value. */
const notSaid = '-'

function without(values: Readonly<Record<string, string>>, key: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).filter(([one]) => one !== key))
}
