import { useState } from 'react'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextArea } from 'react-aria-components/TextArea'
import { TextField as AriaTextField } from 'react-aria-components/TextField'
import { useUiText } from '../text/ui.ts'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'
import styles from './field.module.css'
import { Icon } from './icon.tsx'
import state from './state.module.css'

export interface FieldProps {
  readonly label: string
  /** It is read out, and not seen: what stands beside the field says it. */
  readonly hidesLabel?: boolean
  /** The field of the operation's input, so that what the server finds wrong is shown here: "quota", "values.greylisting". */
  readonly name?: string
  /** What belongs in it, in words. */
  readonly note?: string
  /** Marked as one that can be left empty. */
  readonly optional?: boolean
  readonly disabled?: boolean
  readonly autoFocus?: boolean
  /** What is wrong with it, where the screen knows that itself. */
  readonly error?: string
}

interface TextFieldProps extends FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly type?: 'text' | 'email' | 'password' | 'date' | 'datetime-local' | 'url'
  readonly placeholder?: string
  readonly autoComplete?: string
  /** More than one line of it. */
  readonly lines?: number
  /** Of one width for each letter: addresses, records. */
  readonly mono?: boolean
  readonly required?: boolean
  readonly inputMode?: 'numeric' | 'email' | 'text'
  readonly maxLength?: number
}

export function TextField({
  label,
  hidesLabel,
  note,
  optional = false,
  disabled,
  error,
  value,
  type = 'text',
  placeholder,
  lines,
  mono = false,
  required,
  ...others
}: TextFieldProps) {
  const [shown, setShown] = useState(false)
  const text = useUiText()
  const look = classes(styles.box, mono && styles.mono)
  const isSecret = type === 'password'
  return (
    <AriaTextField
      {...others}
      className={styles.field}
      value={value}
      type={isSecret && shown ? 'text' : type}
      isDisabled={disabled}
      isRequired={required}
      validationBehavior="aria"
      {...(error === undefined ? {} : { isInvalid: true })}
    >
      <FieldLabel label={label} optional={optional} hidden={hidesLabel} />
      {lines !== undefined ? (
        <TextArea className={look} rows={lines} placeholder={placeholder} />
      ) : isSecret ? (
        <div className={styles.inside}>
          <Input className={look} autoCapitalize="off" spellCheck={false} />
          <IconButton icon="eye" small name={shown ? text.hidePassword : text.showPassword} onPress={() => setShown(!shown)} />
        </div>
      ) : (
        <Input className={look} placeholder={placeholder} />
      )}
      <FieldNotes note={note} error={error} />
    </AriaTextField>
  )
}

interface FieldLabelProps {
  readonly label: string
  readonly optional?: boolean | undefined
  readonly hidden?: boolean | undefined
}

export function FieldLabel({ label, optional = false, hidden = false }: FieldLabelProps) {
  const text = useUiText()
  return (
    <Label className={hidden ? state.unseen : styles.label}>
      {label}
      {optional ? <span className={styles.optional}> ({text.optional})</span> : undefined}
    </Label>
  )
}

export function FieldNotes({ note, error }: { readonly note: string | undefined; readonly error: string | undefined }) {
  return (
    <>
      {note === undefined ? undefined : (
        <Text slot="description" className={styles.note}>
          {note}
        </Text>
      )}
      <FieldError className={styles.error}>
        {({ validationErrors }) => (
          <>
            <Icon name="warning" size={16} />
            <span>{error ?? validationErrors.join(' ')}</span>
          </>
        )}
      </FieldError>
    </>
  )
}
