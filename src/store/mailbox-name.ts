/** RFC 9051 names no limit; longer ones break clients' own caches. In octets of UTF-8. */
const maxNameOctets = 1000
const maxDepth = 64

/**
 * The name as the index keeps it: NFC (RFC 9051 5.1), the inbox in upper case. Undefined: not a name for a mailbox (empty
 * level, control character, lone surrogate, too long, too deep).
 */
export function normaliseMailboxName(name: string): string | undefined {
  const normal = name.normalize('NFC')
  if (!normal.isWellFormed() || Buffer.byteLength(normal) > maxNameOctets) return undefined
  const levels = normal.split('/')
  if (levels.length > maxDepth || levels.includes('')) return undefined
  for (let at = 0; at < normal.length; at++) {
    const code = normal.charCodeAt(at)
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return undefined
  }
  if (levels[0]?.toUpperCase() === 'INBOX') levels[0] = 'INBOX'
  return levels.join('/')
}
