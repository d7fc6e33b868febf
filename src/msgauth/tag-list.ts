/**
 * Tags of a signature, a key record or a DMARC record (RFC 6376 3.2), in their order; white space around names and values is gone, inside values
 * it stays. undefined: no tag-list, or one that names a tag twice.
 */
export function parseTagList(text: string): ReadonlyMap<string, string> | undefined {
  const tags = new Map<string, string>()
  const specs = text.split(';')
  if (isBlank(specs.at(-1) ?? '')) specs.pop()
  for (const spec of specs) {
    const equals = spec.indexOf('=')
    const name = trimFws(spec.slice(0, Math.max(0, equals)))
    if (!/^[a-z][a-z0-9_]*$/i.test(name) || tags.has(name)) return undefined
    tags.set(name, trimFws(spec.slice(equals + 1)))
  }
  return tags.size === 0 ? undefined : tags
}

/** A value without any white space: names of fields, base64 (RFC 6376 2.10). */
export function withoutFws(text: string): string {
  return text.replace(/[ \t\r\n]+/g, '')
}

/** A list with colons between, white space around its entries gone. */
export function colonList(text: string): string[] {
  return text.split(':').map(trimFws)
}

function trimFws(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isFws(text.charCodeAt(start))) start += 1
  while (end > start && isFws(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

function isBlank(text: string): boolean {
  return trimFws(text) === ''
}

function isFws(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a
}
