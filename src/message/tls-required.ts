import { fields, unfold } from './header-section.ts'

/** `TLS-Required: No` (RFC 8689 3): the message is to arrive even where that cannot be as securely as the other side wishes. */
export function saysTlsIsOptional(headerSection: Uint8Array): boolean {
  const values = fields(headerSection, 'tls-required')
  // Two of them are none: a message has one at most.
  return values.length === 1 && /^\s*no\s*$/i.test(unfold(values[0] ?? ''))
}
