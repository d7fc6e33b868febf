import { useEffect, useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { askOnce } from '../../data/operations.ts'
import { useLanguage } from '../../text/language.ts'
import { classes } from '../../ui/classes.ts'
import { Icon } from '../../ui/icon.tsx'
import styles from './password-strength.module.css'
import { useSecurityText } from './text.ts'

type Checked = OperationOutput<'password.check'>

/** Nobody has to be told of each key. */
const pauseMs = 350
const steps = [0, 1, 2, 3, 4] as const

/** What the server thinks of a password while it is typed: how good it is, and why it would not be taken. */
export function PasswordStrength({ password }: { readonly password: string }) {
  const text = useSecurityText()
  const language = useLanguage()
  const checked = useChecked(password)
  // It is there from the start, so that what comes into it is read aloud.
  return (
    <div className={styles.strength} role="status">
      {checked === undefined ? undefined : (
        <>
          {checked.score === null ? undefined : (
            <p className={styles.words}>
              <span className={styles.bar} aria-hidden="true">
                {steps.map((step) => (
                  <span key={step} className={classes(styles.step, step <= (checked.score ?? 0) && (checked.good ? styles.good : styles.bad))} />
                ))}
              </span>
              {text.strength}: {text.scores[checked.score]}
            </p>
          )}
          {checked.good ? undefined : (
            <ul className={styles.reasons}>
              {[...checked.reasons.map(({ meaning }) => meaning), ...(checked.better === null ? [] : [checked.better])].map((one) => (
                <li key={one.en}>
                  <Icon name={one === checked.better ? 'info' : 'warning'} size={16} />
                  <span>{one[language]}</span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </div>
  )
}

/** Undefined: nothing is typed, or the server has not answered; when the form is sent it decides in any case. */
function useChecked(password: string): Checked | undefined {
  const [checked, setChecked] = useState<Checked>()
  useEffect(() => {
    if (password === '') return undefined
    const stopped = new AbortController()
    const timer = setTimeout(() => {
      askOnce('password.check', { password }, stopped.signal).then(setChecked, () => setChecked(undefined))
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      stopped.abort()
    }
  }, [password])
  return password === '' ? undefined : checked
}
