import type { HeaderField } from '../header-fields.ts'

export type Canonicalization = 'simple' | 'relaxed'

/** One field as it is hashed (RFC 6376 3.4.1, 3.4.2), its last CRLF included. */
export function canonicalField({ name, raw, valueStart }: HeaderField, canonicalization: Canonicalization): string {
  if (canonicalization === 'simple') return raw
  const value = raw
    .slice(valueStart)
    .replace(/\r?\n/g, '')
    .replace(/[ \t]+/g, ' ')
  return `${name}:${value.replace(/^ | $/g, '')}\r\n`
}

/** The signature's own field: without the value of b=, and without its last CRLF (RFC 6376 3.7). */
export function canonicalSignature(field: HeaderField, canonicalization: Canonicalization): string {
  const value = field.raw.slice(field.valueStart)
  const unsigned = { ...field, raw: field.raw.slice(0, field.valueStart) + value.replace(/((?:^|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*/, '$1') }
  return canonicalField(unsigned, canonicalization).replace(/\r?\n$/, '')
}

/**
 * The fields that h= names (RFC 6376 5.4.2): of several with one name the last one first; a name past the last of them stands for a field that
 * must not be there.
 */
export function signedFields(fields: readonly HeaderField[], names: readonly string[]): HeaderField[] {
  const left = new Map<string, HeaderField[]>()
  for (const field of fields) {
    const same = left.get(field.name)
    if (same === undefined) left.set(field.name, [field])
    else same.push(field)
  }
  return names.flatMap((name) => left.get(name)?.pop() ?? [])
}

/** The fields as they are hashed, one after the other. The header section's last line may have come without its end. */
export function hashedFields(fields: readonly HeaderField[], canonicalization: Canonicalization): string {
  return fields.map((field) => canonicalField(field, canonicalization).replace(/(?<!\n)$/, '\r\n')).join('')
}
