import type { ReactNode } from 'react'
import type { UseQueryResult } from '@tanstack/react-query'
import { problemFrom } from '../data/problem.ts'
import { useUiText } from '../text/ui.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'
import { Note } from './note.tsx'
import styles from './state.module.css'

/** Nothing is there yet, and what to do about it. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  readonly icon: IconName
  readonly title?: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <div className={styles.empty}>
      <span className={styles.badgeRound}>
        <Icon name={icon} size={26} />
      </span>
      {title === undefined ? undefined : <h2>{title}</h2>}
      {children === undefined ? undefined : <p>{children}</p>}
      {action === undefined ? undefined : <div>{action}</div>}
    </div>
  )
}

/** Grey lines, and only after a moment. */
export function Loading() {
  const text = useUiText()
  return (
    <div className={styles.loading} role="status">
      <span className={styles.unseen}>{text.loading}</span>
      <div className={styles.line} />
      <div className={styles.line} />
      <div className={styles.line} />
    </div>
  )
}

/** Read aloud, not seen. */
export function Unseen({ children }: { readonly children: ReactNode }) {
  return <span className={styles.unseen}>{children}</span>
}

/** What was read, once it is there; what is known is shown while it is read again. */
export function Loaded<Data>({ of, children }: { readonly of: UseQueryResult<Data>; readonly children: (data: Data) => ReactNode }) {
  const text = useUiText()
  if (of.data !== undefined) return <>{children(of.data)}</>
  if (of.error === null) return <Loading />
  return (
    <Note tone="danger">
      <span>{problemFrom(of.error).message}</span>
      <div>
        <Button small onPress={() => void of.refetch()} pending={of.isFetching}>
          {text.retry}
        </Button>
      </div>
    </Note>
  )
}
