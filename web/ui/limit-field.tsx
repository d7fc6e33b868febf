import { useUiText } from '../text/ui.ts'
import styles from './field.module.css'
import { type Choice, Select } from './select.tsx'
import { type FieldProps, TextField } from './text-field.tsx'

interface LimitFieldProps extends FieldProps {
  /** As operations take it: "4G", "300", or one of `others`. */
  readonly value: string
  readonly onChange: (value: string) => void
  /** What may stand in place of a number: without a limit, as the plan says; none: there is always one. */
  readonly others: readonly Choice<string>[]
  /** The limit is a size, with a unit, not a number of things. */
  readonly isSize?: boolean
}

const units = ['K', 'M', 'G', 'T'] as const

/** A limit: the words that stand for none, or a number of one's own with its unit. */
export function LimitField({ label, name, note, optional, disabled, error, value, onChange, others, isSize = false }: LimitFieldProps) {
  const text = useUiText()
  const hasOthers = others.length > 0
  const isOwn = others.every((choice) => choice.value !== value)
  const [, amount = '', unit = ''] = /^(.*?)([KMGT]?)$/i.exec(value) ?? []
  const named = name === undefined ? {} : { name }
  return (
    <div className={styles.limit}>
      {hasOthers ? (
        <Select
          {...{ label, note, optional, disabled }}
          {...(isOwn ? {} : named)}
          choices={[...others, { value: own, label: text.ownLimit }]}
          value={isOwn ? own : value}
          onChange={(chosen) => onChange(chosen === own ? (isSize ? '1G' : '100') : chosen)}
          {...(error === undefined ? {} : { error })}
        />
      ) : undefined}
      {isOwn ? (
        <div className={styles.amount}>
          <TextField
            {...named}
            label={hasOthers ? text.amountOf(label) : label}
            hidesLabel={hasOthers}
            inputMode="numeric"
            value={amount}
            onChange={(typed) => onChange(`${typed.trim()}${isSize ? unit : ''}`)}
            disabled={disabled}
          />
          {isSize ? (
            <Select
              label={text.unitOf(label)}
              hidesLabel
              choices={[...(unit === '' ? [{ value: '', label: 'B' }] : []), ...units.map((one) => ({ value: one, label: one === 'K' ? 'kB' : `${one}B` }))]}
              value={unit.toUpperCase()}
              onChange={(chosen) => onChange(`${amount}${chosen}`)}
              disabled={disabled}
            />
          ) : undefined}
        </div>
      ) : undefined}
    </div>
  )
}

/** Stands for a number of one's own among the choices; no operation takes it. */
const own = 'own'
