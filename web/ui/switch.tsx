import type { ReactNode } from 'react'
import { Switch as AriaSwitch } from 'react-aria-components/Switch'
import styles from './field.module.css'

interface SwitchProps {
  readonly label: string
  readonly note?: ReactNode
  readonly on: boolean
  readonly onChange: (on: boolean) => void
  readonly disabled?: boolean
}

/** On or off, at once. In a form that is sent as a whole, a Checkbox stands instead. */
export function Switch({ label, note, on, onChange, disabled }: SwitchProps) {
  return (
    <AriaSwitch className={styles.switch} isSelected={on} onChange={onChange} isDisabled={disabled}>
      <span className={styles.track} aria-hidden="true" />
      <span className={styles.words}>
        <span className={styles.label}>{label}</span>
        {note === undefined ? undefined : <span className={styles.note}>{note}</span>}
      </span>
    </AriaSwitch>
  )
}
