import { parseIp } from '../mail/ip.ts'
import type { Answer } from './answer.ts'
import { reverseName } from './name.ts'
import type { LookupOptions, Resolver } from './resolver.ts'

/**
 * What a DNS blocklist says (RFC 5782). `listed`: `codes` are the addresses it answers with, in 127.0.0.0/8, whose meaning is the list's own. `failed`: nobody can tell,
 * the list's own refusal to answer us included, which many lists dress up as a listing.
 */
export type BlocklistAnswer =
  | { readonly status: 'listed'; readonly codes: readonly string[] }
  | { readonly status: 'clean' }
  | { readonly status: 'failed'; readonly why: string }

type Lookup = Pick<Resolver, 'lookup'>

/** Whether an IP address is on the list `zone`. @throws TypeError it is none */
export async function askIpBlocklist(resolver: Lookup, zone: string, ip: string, options: LookupOptions = {}): Promise<BlocklistAnswer> {
  return await ask(resolver, `${reversed(ip)}.${zone}`, options)
}

/** Whether a domain name is on the list `zone` (RHSBL, URIBL). */
export async function askDomainBlocklist(resolver: Lookup, zone: string, domain: string, options: LookupOptions = {}): Promise<BlocklistAnswer> {
  return await ask(resolver, `${domain}.${zone}`, options)
}

/** What the list has to say about a listed IP address, for people: often where to apply (RFC 5782 2.1). */
export async function blocklistText(resolver: Lookup, zone: string, ip: string): Promise<string | undefined> {
  const answer = await resolver.lookup(`${reversed(ip)}.${zone}`, 'TXT')
  return answer.status === 'found'
    ? answer.records
        .join(' ')
        .replaceAll(/[^ -~]+/g, ' ')
        .slice(0, longestText)
    : undefined
}

/**
 * Whether it is a list that works: 127.0.0.2 must be on it, 127.0.0.1 must not (RFC 5782 5). A list that was given up lists nobody, or the whole
 * world; who believes it withdraws every relay or refuses all mail.
 */
export async function blocklistWorks(resolver: Lookup, zone: string): Promise<boolean> {
  const [must, mustNot] = await Promise.all([askIpBlocklist(resolver, zone, '127.0.0.2'), askIpBlocklist(resolver, zone, '127.0.0.1')])
  return must.status === 'listed' && mustNot.status === 'clean'
}

const longestText = 500

async function ask(resolver: Lookup, name: string, options: LookupOptions): Promise<BlocklistAnswer> {
  const answer: Answer<'A'> = await resolver.lookup(name, 'A', options)
  if (answer.status === 'failed') return answer
  if (answer.status === 'none') return { status: 'clean' }
  const codes = answer.records.filter((record) => record.startsWith('127.'))
  // 127.255.255.0/24 and 127.0.0.1: "you may not ask", by convention of several lists; anything outside 127/8 is a domain that changed hands (RFC 5782 2.1).
  if (codes.some((code) => code.startsWith('127.255.255.') || code === '127.0.0.1')) return { status: 'failed', why: 'the list does not answer us' }
  return codes.length > 0 ? { status: 'listed', codes } : { status: 'failed', why: 'an answer that no list gives' }
}

function reversed(ip: string): string {
  const name = parseIp(ip) === undefined ? undefined : reverseName(ip)
  if (name === undefined) throw new TypeError(`not an IP address: ${ip}`)
  return name.replace(/\.(?:in-addr|ip6)\.arpa$/, '')
}
