import { plainRights } from '../rights.ts'
import { ImapSyntaxError, type Scanner } from './scanner.ts'

/** mod-rights of SETACL (RFC 4314 7): `lrs`, `+w`, `-t`. */
export interface ModifiedRights {
  readonly mode: 'add' | 'remove' | 'replace'
  /** Letters of RFC 4314 2.1; virtual ones stand for their members. */
  readonly rights: string
}

/** @throws ImapSyntaxError for a right that there is not (RFC 4314 3.1) */
export function parseRights(scanner: Scanner): ModifiedRights {
  const text = scanner.astring('rights')
  const mode = text.startsWith('+') ? 'add' : text.startsWith('-') ? 'remove' : 'replace'
  const rights = plainRights(mode === 'replace' ? text : text.slice(1))
  if (rights === undefined) throw new ImapSyntaxError('there is no such right')
  return { mode, rights }
}
