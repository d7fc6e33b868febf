import { Link } from '@tanstack/react-router'
import { useWrite } from '../../text/write.ts'
import styles from './figures.module.css'

export interface Figure {
  readonly label: string
  /** Undefined: not read yet. */
  readonly value: number | undefined
  /** Where they are, of `linkOptions`. */
  readonly link?: { readonly to: string; readonly search?: object }
}

/** How many of what there are. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  const { number } = useWrite()
  return (
    <div className={styles.figures}>
      {figures.map(({ label, value, link }) => {
        const words = (
          <>
            <strong>{value === undefined ? '–' : number(value)}</strong>
            <span>{label}</span>
          </>
        )
        return link === undefined ? (
          <div key={label} className={styles.figure}>
            {words}
          </div>
        ) : (
          <Link key={label} {...link} className={styles.figure}>
            {words}
          </Link>
        )
      })}
    </div>
  )
}
