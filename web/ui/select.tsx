import { Button } from 'react-aria-components/Button'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select'
import { classes } from './classes.ts'
import styles from './field.module.css'
import { Icon } from './icon.tsx'
import surface from './surface.module.css'
import { FieldLabel, FieldNotes, type FieldProps } from './text-field.tsx'

export interface Choice<Value extends string> {
  readonly value: Value
  readonly label: string
  /** What it means, below it. */
  readonly note?: string
}

interface SelectProps<Value extends string> extends FieldProps {
  readonly choices: readonly Choice<Value>[]
  readonly value: Value | undefined
  readonly onChange: (value: Value) => void
  readonly placeholder?: string
}

export function Select<Value extends string>({
  label,
  hidesLabel,
  note,
  optional,
  disabled,
  error,
  choices,
  value,
  onChange,
  placeholder,
  ...others
}: SelectProps<Value>) {
  return (
    <AriaSelect
      {...others}
      className={styles.field}
      value={value ?? null}
      onChange={(key) => {
        const chosen = choices.find((choice) => choice.value === key)
        if (chosen !== undefined) onChange(chosen.value)
      }}
      isDisabled={disabled}
      placeholder={placeholder ?? '…'}
      validationBehavior="aria"
      {...(error === undefined ? {} : { isInvalid: true })}
    >
      <FieldLabel label={label} optional={optional} hidden={hidesLabel} />
      <Button className={classes(styles.box, styles.select)}>
        <SelectValue>{({ selectedText, defaultChildren }) => selectedText || defaultChildren}</SelectValue>
        <Icon name="chevron" size={16} />
      </Button>
      <FieldNotes note={note} error={error} />
      <Popover className={classes(surface.popover, surface.fieldWide)} offset={4}>
        <ListBox className={surface.list} items={choices.map((choice) => ({ ...choice, id: choice.value }))}>
          {(choice) => (
            <ListBoxItem id={choice.id} textValue={choice.label} className={surface.item}>
              {({ isSelected }) => (
                <>
                  <span>
                    {choice.label}
                    {choice.note === undefined ? undefined : <span className={surface.itemNote}>{choice.note}</span>}
                  </span>
                  {isSelected ? (
                    <span className={surface.mark}>
                      <Icon name="check" size={16} />
                    </span>
                  ) : undefined}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}
