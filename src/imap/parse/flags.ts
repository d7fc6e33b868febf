import { systemFlags, type Flags, type SystemFlag } from '../../store/mailbox.ts'
import { grammarLimits } from '../limits.ts'
import { ImapSyntaxError, type Scanner } from './scanner.ts'

const byName = new Map<string, number>((Object.keys(systemFlags) as SystemFlag[]).map((flag) => [flag.toUpperCase(), systemFlags[flag]]))

export const noFlags: Flags = { system: 0, keywords: '' }

/** flag-list, "()" included (RFC 9051 9). */
export function parseFlagList(scanner: Scanner): Flags {
  return flagsOf(scanner.list(() => flag(scanner), { atLeast: 0, most: grammarLimits.flags, what: 'flags' }))
}

/** What STORE takes: a list, or flags with spaces between. */
export function parseStoreFlags(scanner: Scanner): Flags {
  if (scanner.isOpen()) return parseFlagList(scanner)
  const flags: string[] = []
  do {
    if (flags.length >= grammarLimits.flags) throw new ImapSyntaxError(`more than ${grammarLimits.flags} flags`)
    flags.push(flag(scanner))
  } while (scanner.maybeSpace())
  return flagsOf(flags)
}

/** A keyword of SEARCH KEYWORD: an atom of bounded length. */
export function parseKeyword(scanner: Scanner): string {
  const keyword = scanner.atom('a keyword')
  if (keyword.length > grammarLimits.keywordOctets) throw new ImapSyntaxError(`a keyword has more than ${grammarLimits.keywordOctets} octets`)
  return keyword
}

function flag(scanner: Scanner): string {
  return scanner.maybe('\\') ? `\\${scanner.atom('a flag')}` : parseKeyword(scanner)
}

/**
 * System flags become bits. \Recent is dropped: clients send back what FETCH showed them, and only the server sets it
 * (RFC 3501 2.3.2). Another flag with a backslash is not ours to invent (RFC 9051 2.3.2: reserved).
 */
function flagsOf(flags: readonly string[]): Flags {
  let system = 0
  const keywords = new Map<string, string>()
  for (const name of flags) {
    if (!name.startsWith('\\')) {
      keywords.set(name.toUpperCase(), name)
      continue
    }
    const bit = byName.get(name.toUpperCase())
    if (bit !== undefined) system |= bit
    else if (name.toUpperCase() !== '\\RECENT') throw new ImapSyntaxError(`unknown system flag ${name}`)
  }
  return { system, keywords: [...keywords.values()].sort().join(' ') }
}
