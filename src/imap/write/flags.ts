import { systemFlags, type SystemFlag } from '../../store/mailbox.ts'

const names = Object.keys(systemFlags) as SystemFlag[]

/** Names of system flags by their bits, without \Recent. */
const bySystem: readonly string[] = Array.from({ length: 32 }, (_, bits) => names.filter((name) => (bits & systemFlags[name]) !== 0).join(' '))

/** Inside of a flag list: `\Recent \Seen $Work`. */
export function formatFlags(system: number, keywords: string, recent: boolean): string {
  const text = recent ? `\\Recent ${bySystem[system] ?? ''}` : (bySystem[system] ?? '')
  const gap = text === '' || text.endsWith(' ') ? '' : ' '
  return keywords === '' ? text.trimEnd() : text + gap + keywords
}

/** All system flags that a client may set, as FLAGS and PERMANENTFLAGS list them. */
export const settableFlags: string = names.join(' ')
