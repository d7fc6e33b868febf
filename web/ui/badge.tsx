import { classes } from './classes.ts'
import styles from './badge.module.css'

/** One word about a thing; the word says it, the colour only helps. */
export function Badge({ children, tone }: { readonly children: string; readonly tone?: 'good' | 'warn' | 'danger' | 'accent' }) {
  return <span className={classes(styles.badge, tone !== undefined && styles[tone])}>{children}</span>
}
