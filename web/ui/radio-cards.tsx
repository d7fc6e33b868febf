import { Radio, RadioGroup } from 'react-aria-components/RadioGroup'
import styles from './field.module.css'
import type { Choice } from './select.tsx'
import { FieldLabel, FieldNotes, type FieldProps } from './text-field.tsx'

interface RadioCardsProps<Value extends string> extends FieldProps {
  readonly choices: readonly Choice<Value>[]
  readonly value: Value | undefined
  readonly onChange: (value: Value) => void
}

/** A few choices, each with what it means beside it, so that nobody has to try. */
export function RadioCards<Value extends string>({ label, note, optional, disabled, error, choices, value, onChange, ...others }: RadioCardsProps<Value>) {
  return (
    <RadioGroup
      {...others}
      className={styles.field}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen as Value)}
      isDisabled={disabled}
      validationBehavior="aria"
      {...(error === undefined ? {} : { isInvalid: true })}
    >
      <FieldLabel label={label} optional={optional} />
      <div className={styles.cards}>
        {choices.map((choice) => (
          <Radio key={choice.value} value={choice.value} className={styles.card}>
            <span className={styles.dot} aria-hidden="true" />
            <span className={styles.words}>
              <span className={styles.cardTitle}>{choice.label}</span>
              {choice.note === undefined ? undefined : <span className={styles.note}>{choice.note}</span>}
            </span>
          </Radio>
        ))}
      </div>
      <FieldNotes note={note} error={error} />
    </RadioGroup>
  )
}
