import styles from './chips.module.css'

interface ChipsProps<Value extends string> {
  /** What is chosen by them, for screen readers. */
  readonly name: string
  readonly choices: readonly { readonly value: Value; readonly label: string }[]
  readonly chosen: Value
  readonly onChoose: (value: Value) => void
}

/** One of a few, in sight all the time: filters, spans of time. */
export function Chips<Value extends string>({ name, choices, chosen, onChoose }: ChipsProps<Value>) {
  return (
    <div className={styles.chips} role="group" aria-label={name}>
      {choices.map(({ value, label }) => (
        <button key={value} type="button" className={styles.chip} aria-pressed={chosen === value} onClick={() => onChoose(value)}>
          {label}
        </button>
      ))}
    </div>
  )
}
