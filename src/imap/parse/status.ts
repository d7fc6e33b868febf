import { ImapSyntaxError, type Scanner } from './scanner.ts'

/** RFC 9051 6.3.11, RECENT of RFC 3501, SIZE of RFC 8438, HIGHESTMODSEQ of RFC 7162, MAILBOXID of RFC 8474, DELETED-STORAGE of RFC 9208. */
export type StatusItem = 'MESSAGES' | 'RECENT' | 'UIDNEXT' | 'UIDVALIDITY' | 'UNSEEN' | 'SIZE' | 'HIGHESTMODSEQ' | 'MAILBOXID' | 'DELETED' | 'DELETED-STORAGE'

const items: readonly string[] = [
  'MESSAGES',
  'RECENT',
  'UIDNEXT',
  'UIDVALIDITY',
  'UNSEEN',
  'SIZE',
  'HIGHESTMODSEQ',
  'MAILBOXID',
  'DELETED',
  'DELETED-STORAGE',
] satisfies StatusItem[]

/** "(" status-att … ")". */
export function parseStatusItems(scanner: Scanner): readonly StatusItem[] {
  const names = scanner.list(() => scanner.keyword('a status item'), { atLeast: 1, most: 20, what: 'status items' })
  for (const name of names) if (!items.includes(name)) throw new ImapSyntaxError(`no status item is called ${name}`)
  return [...new Set(names)] as StatusItem[]
}
