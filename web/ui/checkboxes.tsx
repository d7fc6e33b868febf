import { Checkbox } from './checkbox.tsx'
import styles from './checkboxes.module.css'
import type { Choice } from './select.tsx'

interface CheckboxesProps<Value extends string> {
  readonly label: string
  readonly choices: readonly Choice<Value>[]
  readonly value: readonly Value[]
  /** In the order of the choices. */
  readonly onChange: (value: readonly Value[]) => void
}

/** Any number of a few. */
export function Checkboxes<Value extends string>({ label, choices, value: chosen, onChange }: CheckboxesProps<Value>) {
  const all = choices.map(({ value }) => value)
  return (
    <fieldset className={styles.choices}>
      <legend>{label}</legend>
      {choices.map(({ value, label: words }) => (
        <Checkbox
          key={value}
          label={words}
          on={chosen.includes(value)}
          onChange={(on) => onChange(all.filter((one) => (one === value ? on : chosen.includes(one))))}
        />
      ))}
    </fieldset>
  )
}
