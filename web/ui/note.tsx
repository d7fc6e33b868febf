import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import { Icon, type IconName } from './icon.tsx'
import styles from './note.module.css'

const icons = { info: 'info', warn: 'warning', danger: 'warning', good: 'check' } as const satisfies Record<string, IconName>

/** Something said in a box of its own. What is wrong is read aloud as soon as it appears. */
export function Note({ tone = 'info', children }: { readonly tone?: keyof typeof icons; readonly children: ReactNode }) {
  return (
    <div className={classes(styles.note, tone !== 'info' && styles[tone])} role={tone === 'danger' ? 'alert' : undefined}>
      <Icon name={icons[tone]} />
      <div className={styles.body}>{children}</div>
    </div>
  )
}
