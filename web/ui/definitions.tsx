import { Fragment, type ReactNode } from 'react'
import styles from './definitions.module.css'

/** What is what: pairs of a name and a value. */
export function Definitions({ entries }: { readonly entries: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={styles.list}>
      {entries.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
