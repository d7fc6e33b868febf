import { Label } from 'react-aria-components/Label'
import { Meter as AriaMeter } from 'react-aria-components/Meter'
import { ProgressBar } from 'react-aria-components/ProgressBar'
import { classes } from './classes.ts'
import styles from './progress.module.css'

interface BarProps {
  readonly label: string
  /** 0 to 1; more is shown as full. */
  readonly share: number
  /** In words: "1.2 GB of 4 GB". */
  readonly words: string
}

/** How much of something is used; nearly full is shown as such. */
export function Meter({ label, share, words }: BarProps) {
  const tone = share >= 0.95 ? styles.danger : share >= 0.8 ? styles.warn : undefined
  return (
    <AriaMeter className={styles.meter} value={Math.min(share, 1) * 100} valueLabel={words}>
      <div className={styles.words}>
        <Label>{label}</Label>
        <span>{words}</span>
      </div>
      <div className={styles.bar}>
        <div className={classes(styles.fill, tone)} style={{ width: `${Math.min(share, 1) * 100}%` }} />
      </div>
    </AriaMeter>
  )
}

/** How far something has come that is being done. */
export function Progress({ label, share, words }: BarProps) {
  return (
    <ProgressBar className={styles.meter} value={share * 100} valueLabel={words}>
      <div className={styles.words}>
        <Label>{label}</Label>
        <span>{words}</span>
      </div>
      <div className={styles.bar}>
        <div className={styles.fill} style={{ width: `${share * 100}%` }} />
      </div>
    </ProgressBar>
  )
}
