/**
 * IP addresses and networks as numbers: text is read once, comparing costs a few integer operations. Pure, linear time.
 * Texts are strict: no octal or hexadecimal IPv4, no zone (`%eth0`), no surrounding white space.
 */

/** One word of 32 bits for IPv4, four for IPv6, most significant first. IPv4-mapped IPv6 (`::ffff:192.0.2.1`) is IPv4. */
export interface Ip {
  readonly version: 4 | 6
  readonly words: readonly number[]
}

/** A network: `base` with all bits past `prefix` zero. */
export interface Cidr {
  readonly base: Ip
  /** 0 … 32, or 0 … 128. */
  readonly prefix: number
}

/** The longest text of an address: six groups of IPv6 and an IPv4 tail. */
const longestIpText = 45

/** IPv4 (RFC 6943 3.1.1 strict dotted decimal) or IPv6 (RFC 4291 2.2) text; undefined for anything else. */
export function parseIp(text: string): Ip | undefined {
  if (text.length > longestIpText) return undefined
  if (!text.includes(':')) {
    const word = parseIpv4(text, 0, text.length)
    return word === undefined ? undefined : { version: 4, words: [word] }
  }
  const groups = parseIpv6Groups(text)
  if (groups === undefined) return undefined
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groups
  const low = ((g << 16) | h) >>> 0
  if (a === 0 && b === 0 && c === 0 && d === 0 && e === 0 && f === 0xff_ff) return { version: 4, words: [low] }
  return { version: 6, words: [((a << 16) | b) >>> 0, ((c << 16) | d) >>> 0, ((e << 16) | f) >>> 0, low] }
}

/** Dotted IPv4, or IPv6 as RFC 5952 writes it. */
export function formatIp(ip: Ip): string {
  const [a = 0, b = 0, c = 0, d = 0] = ip.words
  if (ip.version === 4) return `${a >>> 24}.${(a >>> 16) & 255}.${(a >>> 8) & 255}.${a & 255}`
  return formatIpv6([a >>> 16, a & 0xff_ff, b >>> 16, b & 0xff_ff, c >>> 16, c & 0xff_ff, d >>> 16, d & 0xff_ff])
}

/** The one text of an address, so that texts compare; undefined where there is none. */
export function normaliseIp(text: string): string | undefined {
  const ip = parseIp(text)
  return ip === undefined ? undefined : formatIp(ip)
}

/** `192.0.2.0/24`, `2001:db8::/32`, or a single address, which is a network of one. Host bits are cleared. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/')
  if (slash < 0) {
    const single = parseIp(text)
    return single === undefined ? undefined : { base: single, prefix: single.version === 4 ? 32 : 128 }
  }
  const address = text.slice(0, slash)
  const ip = parseIp(address)
  const written = parsePrefix(text, slash + 1)
  if (ip === undefined || written === undefined) return undefined
  if (ip.version === 6) return written > 128 ? undefined : { base: masked(ip, written), prefix: written }
  // ::ffff:192.0.2.0/120 is 192.0.2.0/24; a shorter prefix would reach past the mapped range and has no IPv4 meaning.
  const prefix = address.includes(':') ? written - 96 : written
  return prefix < 0 || prefix > 32 ? undefined : { base: masked(ip, prefix), prefix }
}

export function formatCidr(cidr: Cidr): string {
  return `${formatIp(cidr.base)}/${cidr.prefix}`
}

/** IPv4 never matches an IPv6 network, nor the reverse. */
export function cidrContains(cidr: Cidr, ip: Ip): boolean {
  if (cidr.base.version !== ip.version) return false
  let bits = cidr.prefix
  for (let index = 0; bits > 0; index += 1, bits -= 32) {
    const difference = (cidr.base.words[index] ?? 0) ^ (ip.words[index] ?? 0)
    if (bits >= 32 ? difference !== 0 : difference >>> (32 - bits) !== 0) return false
  }
  return true
}

function masked(ip: Ip, prefix: number): Ip {
  const words = ip.words.map((word, index) => {
    const bits = prefix - index * 32
    if (bits >= 32) return word
    return bits <= 0 ? 0 : (word & (-1 << (32 - bits))) >>> 0
  })
  return { version: ip.version, words }
}

/** Decimal without sign or leading zero, at most three digits. */
function parsePrefix(text: string, start: number): number | undefined {
  const length = text.length - start
  if (length < 1 || length > 3 || (length > 1 && text[start] === '0')) return undefined
  let value = 0
  for (let index = start; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - 48
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
  }
  return value
}

/** A leading zero is refused: some read such a part as octal, and two readings of one address are an attack (RFC 6943 3.1.1). */
function parseIpv4(text: string, start: number, end: number): number | undefined {
  let word = 0
  let part = -1
  let parts = 0
  for (let index = start; index <= end; index += 1) {
    const code = index === end ? 46 : text.charCodeAt(index)
    if (code === 46) {
      if (part < 0) return undefined
      word = word * 256 + part
      parts += 1
      part = -1
    } else {
      const digit = code - 48
      if (digit < 0 || digit > 9 || part === 0) return undefined
      part = (part < 0 ? 0 : part * 10) + digit
      if (part > 255) return undefined
    }
  }
  return parts === 4 ? word : undefined
}

function parseIpv6Groups(text: string): number[] | undefined {
  const groups: number[] = []
  let compressedAt = -1
  let index = 0
  if (text.startsWith('::')) {
    compressedAt = 0
    index = 2
  }
  while (index < text.length) {
    if (groups.length === 8) return undefined
    const next = text.indexOf(':', index)
    const end = next < 0 ? text.length : next
    if (next < 0 && text.includes('.')) {
      const word = parseIpv4(text, index, end)
      if (word === undefined) return undefined
      groups.push(word >>> 16, word & 0xff_ff)
      index = end
      break
    }
    const group = parseHexGroup(text, index, end)
    if (group === undefined) return undefined
    groups.push(group)
    if (next < 0) break
    index = next + 1
    if (text.charCodeAt(index) === 58) {
      if (compressedAt >= 0) return undefined
      compressedAt = groups.length
      index += 1
    } else if (index === text.length) return undefined
  }
  if (compressedAt < 0) return groups.length === 8 ? groups : undefined
  if (groups.length > 7) return undefined
  groups.splice(compressedAt, 0, ...new Array<number>(8 - groups.length).fill(0))
  return groups
}

function parseHexGroup(text: string, start: number, end: number): number | undefined {
  if (end - start < 1 || end - start > 4) return undefined
  let value = 0
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index)
    const lower = code | 32
    if (code >= 48 && code <= 57) value = value * 16 + code - 48
    else if (lower >= 97 && lower <= 102) value = value * 16 + lower - 87
    else return undefined
  }
  return value
}

/** RFC 5952 4: lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) becomes `::`. */
function formatIpv6(groups: readonly number[]): string {
  let bestStart = -1
  let bestLength = 1
  let runStart = -1
  groups.forEach((group, index) => {
    if (group !== 0) {
      runStart = -1
      return
    }
    if (runStart < 0) runStart = index
    if (index - runStart + 1 > bestLength) {
      bestStart = runStart
      bestLength = index - runStart + 1
    }
  })
  const hex = groups.map((group) => group.toString(16))
  if (bestStart < 0) return hex.join(':')
  return `${hex.slice(0, bestStart).join(':')}::${hex.slice(bestStart + bestLength).join(':')}`
}
