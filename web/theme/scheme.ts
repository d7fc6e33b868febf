import { useSyncExternalStore } from 'react'
import { kept } from '../data/kept.ts'

/** Dark or light; undefined: as the system has it. */
export type Scheme = 'dark' | 'light'

const chosen = kept<Scheme>('scheme', ['dark', 'light'])

export function useScheme(): Scheme | undefined {
  return useSyncExternalStore(chosen.subscribe, chosen.read)
}

export function chooseScheme(scheme: Scheme | undefined): void {
  chosen.write(scheme)
}

/** Keeps the page as chosen from now on. */
export function followScheme(): void {
  const apply = () => {
    const scheme = chosen.read()
    if (scheme === undefined) delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = scheme
  }
  chosen.subscribe(apply)
  apply()
}
