import type { OperationOutput } from '../../data/call.ts'
import { useWrite } from '../../text/write.ts'
import styles from './protection.module.css'
import { settingWords, valueWords } from './settings.ts'
import { useProtectionText } from './text.ts'

/** How many addresses get what in place of what, and how many keep their own. */
export function Effect({ of: { addresses, settings, exceeding } }: { readonly of: OperationOutput<'template.set'>['effect'] }) {
  const text = useProtectionText()
  const { list } = useWrite()
  const kept = settings.reduce((most, { keeping }) => Math.max(most, sum(keeping)), 0)
  const names = [...new Set(settings.flatMap(({ first }) => first.map(({ address }) => address)))].slice(0, 5)
  const isOnlyExceeding = addresses === 0 && exceeding.length > 0
  return (
    <div className={styles.effect} role="status">
      <p>
        <strong>{isOnlyExceeding ? undefined : addresses === 0 ? text.effect.nothing : text.effect.reaches(addresses)}</strong>{' '}
        {kept === 0 ? undefined : text.effect.keeps(kept)}
      </p>
      <ul>
        {settings.flatMap(({ key, changes }) =>
          changes.map(({ from, to, addresses: number }) => (
            <li key={`${key} ${from} ${to}`}>{text.effect.line(settingWords(key, text), valueWords(key, from, text), valueWords(key, to, text), number)}</li>
          )),
        )}
      </ul>
      {exceeding.length === 0 ? undefined : (
        <>
          <p>
            <strong>{text.effect.exceeding}</strong> {text.effect.exceedingNote}
          </p>
          <ul>
            {exceeding.map(({ of, customers, number, first }) => (
              <li key={of}>{text.effect.exceeded(text.effect.exceededOf[of], number, first.join(', '), customers - first.length)}</li>
            ))}
          </ul>
        </>
      )}
      {names.length === 0 ? undefined : (
        <p className={styles.names}>{text.effect.first(names.length < addresses ? names.join(', ') : list(names), addresses - names.length)}</p>
      )}
    </div>
  )
}

function sum(counted: readonly { readonly addresses: number }[]): number {
  return counted.reduce((total, { addresses }) => total + addresses, 0)
}
