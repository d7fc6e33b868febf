import { type Cidr, type Ip, parseCidr, parseIp } from '../../mail/ip.ts'
import { isDomainSpec, isMacroString } from './macro.ts'

/** What a mechanism that matches means (RFC 7208 4.6.2). */
export type Qualifier = 'pass' | 'fail' | 'softfail' | 'neutral'

/** RFC 7208 5. A `domainSpec` is still to be expanded; undefined: the domain whose record it is. */
export type Mechanism =
  | { readonly kind: 'all' }
  | { readonly kind: 'include' | 'exists'; readonly domainSpec: string }
  | { readonly kind: 'a' | 'mx'; readonly domainSpec: string | undefined; readonly prefixes: Readonly<Record<4 | 6, number>> }
  | { readonly kind: 'ptr'; readonly domainSpec: string | undefined }
  | { readonly kind: 'ip'; readonly network: Cidr }

export interface SpfRecord {
  readonly directives: readonly { readonly qualifier: Qualifier; readonly mechanism: Mechanism }[]
  readonly redirect: string | undefined
  /** exp=: where the explanation stands. */
  readonly explanation: string | undefined
}

/** RFC 7208 4.5: is this TXT record an SPF record, whatever is in it? */
export function isSpfRecord(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text)
}

/** A record by the grammar of RFC 7208 12; undefined: it has a syntax error somewhere, which spoils all of it (4.6). */
export function parseSpfRecord(text: string): SpfRecord | undefined {
  const directives: { qualifier: Qualifier; mechanism: Mechanism }[] = []
  const modifiers = new Map<string, string>()
  for (const term of text.split(' ').slice(1)) {
    if (term === '') continue
    const [, name, value] = modifier.exec(term) ?? []
    if (name !== undefined && value !== undefined) {
      const key = name.toLowerCase()
      const known = key === 'redirect' || key === 'exp'
      if (known ? modifiers.has(key) || !isDomainSpec(value) : !isMacroString(value)) return undefined
      modifiers.set(key, value)
      continue
    }
    const qualifier = qualifiers[term[0] ?? '']
    const mechanism = parseMechanism(qualifier === undefined ? term : term.slice(1))
    if (mechanism === undefined) return undefined
    directives.push({ qualifier: qualifier ?? 'pass', mechanism })
  }
  return { directives, redirect: modifiers.get('redirect'), explanation: modifiers.get('exp') }
}

const modifier = /^([a-z][a-z0-9\-_.]*)=(.*)$/is

const qualifiers: Readonly<Record<string, Qualifier>> = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' }

function parseMechanism(term: string): Mechanism | undefined {
  const nameEnd = term.search(/[:/]/)
  const name = (nameEnd < 0 ? term : term.slice(0, nameEnd)).toLowerCase()
  const rest = nameEnd < 0 ? '' : term.slice(nameEnd)
  switch (name) {
    case 'all':
      return rest === '' ? { kind: 'all' } : undefined
    case 'include':
    case 'exists':
      return rest.startsWith(':') && isDomainSpec(rest.slice(1)) ? { kind: name, domainSpec: rest.slice(1) } : undefined
    case 'a':
    case 'mx':
      return parseHosts(name, rest)
    case 'ptr':
      if (rest === '') return { kind: 'ptr', domainSpec: undefined }
      return rest.startsWith(':') && isDomainSpec(rest.slice(1)) ? { kind: 'ptr', domainSpec: rest.slice(1) } : undefined
    case 'ip4':
    case 'ip6':
      return parseNetwork(name === 'ip4' ? 4 : 6, rest)
    default:
      return undefined
  }
}

/** `[":" domain-spec] [dual-cidr-length]` (RFC 7208 5.3, 5.4). */
function parseHosts(kind: 'a' | 'mx', rest: string): Mechanism | undefined {
  const [, domain = '', four, six] = /^(.*?)(?:\/(\d+))?(?:\/\/(\d+))?$/s.exec(rest) ?? []
  const prefixes = { 4: prefix(four, 32), 6: prefix(six, 128) }
  if (Number.isNaN(prefixes[4]) || Number.isNaN(prefixes[6])) return undefined
  if (domain === '') return { kind, domainSpec: undefined, prefixes }
  return domain.startsWith(':') && isDomainSpec(domain.slice(1)) ? { kind, domainSpec: domain.slice(1), prefixes } : undefined
}

/** NaN: none that there is. Without leading zeros (RFC 7208 5.6). */
function prefix(text: string | undefined, longest: number): number {
  if (text === undefined) return longest
  return /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= longest ? Number(text) : Number.NaN
}

function parseNetwork(version: 4 | 6, rest: string): Mechanism | undefined {
  if (!rest.startsWith(':')) return undefined
  const [address = '', length, ...more] = rest.slice(1).split('/')
  if (more.length > 0 || address.includes(':') !== (version === 6)) return undefined
  const longest = version === 4 ? 32 : 128
  const bits = prefix(length, longest)
  const ip = Number.isNaN(bits) ? undefined : parseIp(address)
  const network = ip === undefined ? undefined : networkOf(address, ip, version, bits)
  return network === undefined ? undefined : { kind: 'ip', network }
}

/** `::ffff:192.0.2.0/120` is 192.0.2.0/24 (mail/ip.ts). What is wider than all such addresses, and not IPv4, matches nobody who could connect. */
function networkOf(address: string, ip: Ip, version: 4 | 6, bits: number): Cidr | undefined {
  if (version === 6 && ip.version === 4 && bits < 96) return nobody
  return parseCidr(`${address}/${bits}`)
}

const nobody: Cidr = { base: { version: 6, words: [0, 0, 0, 0] }, prefix: 128 }
