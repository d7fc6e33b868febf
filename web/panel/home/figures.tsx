import { Link } from '@tanstack/react-router'
import { useWrite } from '../../text/write.ts'
import styles from './figures.module.css'

export interface Figure {
  readonly label: string
  /** Undefined: not read yet. */
  readonly value: number | undefined
  readonly to?: '/domains' | '/customers' | '/queue'
}

/** How many of what there are. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  const { number } = useWrite()
  return (
    <div className={styles.figures}>
      {figures.map(({ label, value, to }) => {
        const words = (
          <>
            <strong>{value === undefined ? '–' : number(value)}</strong>
            <span>{label}</span>
          </>
        )
        return to === undefined ? (
          <div key={label} className={styles.figure}>
            {words}
          </div>
        ) : (
          <Link key={label} to={to} className={styles.figure}>
            {words}
          </Link>
        )
      })}
    </div>
  )
}
