/** The few pieces of DER (X.690) that certificates and signatures are made of. Writing only. */

/** A whole element: tag, length, content. */
function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content])
  if (content.length > 0xffff) throw new RangeError('longer than anything of ours')
  const length = content.length <= 0xff ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...length), content])
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(0x30, ...parts)
export const set = (...parts: readonly Uint8Array[]): Buffer => element(0x31, ...parts)
/** In the order of their octets, as DER has a SET OF (X.690 11.6). */
export const setOf = (...parts: readonly Uint8Array[]): Buffer => element(0x31, ...[...parts].sort(Buffer.compare))
export const nothing: Buffer = element(0x05)
export const octetString = (content: Uint8Array): Buffer => element(0x04, content)
export const utf8String = (text: string): Buffer => element(0x0c, Buffer.from(text))
export const boolean = (value: boolean): Buffer => element(0x01, Buffer.of(value ? 0xff : 0))
/** `unusedBits`: bits at the end that do not count. */
export const bitString = (content: Uint8Array, unusedBits = 0): Buffer => element(0x03, Buffer.of(unusedBits), content)
/** [number] around elements (EXPLICIT), or in place of a constructed one's tag. */
export const context = (number: number, ...parts: readonly Uint8Array[]): Buffer => element(0xa0 | number, ...parts)
/** [number] in place of a primitive element's tag (IMPLICIT). */
export const contextPrimitive = (number: number, content: Uint8Array): Buffer => element(0x80 | number, content)

/** A number that is not negative, as octets, most significant first. */
export function integer(octets: Uint8Array): Buffer {
  const start = octets.findIndex((octet) => octet !== 0)
  const significant = start === -1 ? Buffer.of(0) : octets.subarray(start)
  // A first bit of 1 would make it negative.
  return (significant[0] ?? 0) < 0x80 ? element(0x02, significant) : element(0x02, Buffer.of(0), significant)
}

/** "1.2.840.10045.4.3.2" */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return element(0x06, Buffer.from(octets))
}

/** RFC 5280 4.1.2.5: two digits of the year until 2049, four after. Whole seconds, UTC. */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\..*/g, '')
  return digits < '2050' ? element(0x17, Buffer.from(`${digits.slice(2)}Z`)) : element(0x18, Buffer.from(`${digits}Z`))
}
