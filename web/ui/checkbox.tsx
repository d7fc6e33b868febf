import type { ReactNode } from 'react'
import { Checkbox as AriaCheckbox } from 'react-aria-components/Checkbox'
import styles from './field.module.css'
import { Icon } from './icon.tsx'

interface CheckboxProps {
  readonly label: string
  readonly note?: ReactNode
  readonly on: boolean
  readonly onChange: (on: boolean) => void
  readonly disabled?: boolean
}

export function Checkbox({ label, note, on, onChange, disabled }: CheckboxProps) {
  return (
    <AriaCheckbox className={styles.checkbox} isSelected={on} onChange={onChange} isDisabled={disabled}>
      <span className={styles.tick} aria-hidden="true">
        <Icon name="check" size={14} />
      </span>
      <span className={styles.words}>
        <span>{label}</span>
        {note === undefined ? undefined : <span className={styles.note}>{note}</span>}
      </span>
    </AriaCheckbox>
  )
}
