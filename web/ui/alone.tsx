import type { ReactNode } from 'react'
import icon from '../theme/icon.svg'
import styles from './alone.module.css'
import { classes } from './classes.ts'

interface AloneProps {
  readonly title: string
  /** More to read than a few fields. */
  readonly wide?: boolean
  /** Looks of the card. */
  readonly look?: string | undefined
  readonly children: ReactNode
  /** Below the card. */
  readonly foot?: ReactNode
}

/** A page that stands alone, before anybody is inside: one card. */
export function Alone({ title, wide = false, look, children, foot }: AloneProps) {
  return (
    <main className={styles.page} {...(wide && { 'data-wide': true })}>
      <div className={classes(styles.card, look)}>
        <div className={styles.head}>
          <img src={icon} alt="" width={40} height={40} />
          <h1>{title}</h1>
        </div>
        {children}
      </div>
      {foot}
    </main>
  )
}
