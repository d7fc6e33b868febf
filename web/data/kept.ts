/** One choice of a person that their browser keeps; tabs tell each other. Without storage (it can be forbidden) it lives as long as the page. */
export interface Kept<Value extends string> {
  /** Undefined: nothing was chosen yet. */
  read(): Value | undefined
  /** Undefined: forget it. */
  write(value: Value | undefined): void
  /** For useSyncExternalStore. Returns how to stop. */
  subscribe(this: void, changed: () => void): () => void
}

export function kept<Value extends string>(name: string, values: readonly Value[]): Kept<Value> {
  const key = `posthorn.${name}`
  const listeners = new Set<() => void>()
  const known = (text: string | null | undefined) => values.find((value) => value === text)
  let current = known(stored(key))
  const tell = () => {
    for (const listener of listeners) listener()
  }
  window.addEventListener('storage', (event) => {
    if (event.key !== key) return
    current = known(event.newValue)
    tell()
  })
  return {
    read: () => current,
    write(value) {
      current = value
      try {
        if (value === undefined) localStorage.removeItem(key)
        else localStorage.setItem(key, value)
      } catch {
        // Forbidden or full: it holds for this page.
      }
      tell()
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
  }
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
