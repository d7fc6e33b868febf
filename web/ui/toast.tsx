import { useEffect, useState, useSyncExternalStore } from 'react'
import { useUiText } from '../text/ui.ts'
import { Icon } from './icon.tsx'
import styles from './toast.module.css'

interface Toast {
  readonly id: number
  readonly text: string
  /** Takes back what was done. */
  readonly undo: (() => Promise<unknown>) | undefined
}

/** Time enough to read it and to reach the button; it stays while somebody is at it (WCAG 2.2.1). */
const shownMs = 10_000
const most = 3

let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function put(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

/** Says what was done, and offers to take it back. */
export function toast(text: string, undo?: () => Promise<unknown>): void {
  lastId += 1
  put([...toasts, { id: lastId, text, undo }].slice(-most))
}

function remove(id: number): void {
  put(toasts.filter((toast) => toast.id !== id))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where they appear: once, around everything. */
export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div className={styles.region} role="status" aria-live="polite">
      {shown.map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function OneToast({ toast: { id, text, undo } }: { readonly toast: Toast }) {
  const [held, setHeld] = useState(false)
  const words = useUiText()
  useEffect(() => {
    if (held) return
    const timer = setTimeout(() => remove(id), shownMs)
    return () => clearTimeout(timer)
  }, [held, id])
  const takeBack = () => {
    remove(id)
    undo?.().catch((error: unknown) => toast(error instanceof Error ? `${words.notUndone} ${error.message}` : words.notUndone))
  }
  return (
    <div
      className={styles.toast}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{text}</span>
      {undo === undefined ? undefined : (
        <button type="button" className={styles.undo} onClick={takeBack}>
          <Icon name="undo" size={15} />
          {words.undo}
        </button>
      )}
      <button type="button" className={styles.close} aria-label={words.close} onClick={() => remove(id)}>
        <Icon name="close" size={15} />
      </button>
    </div>
  )
}
