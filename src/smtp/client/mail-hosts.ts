import { randomInt } from 'node:crypto'
import { isIP } from 'node:net'
import type { Answer, DnsFailure, RecordType } from '../../dns/answer.ts'
import type { Resolver } from '../../dns/resolver.ts'

/** Hosts that are asked for their addresses: more MX records than this are a mistake or an attack (RFC 5321 5.1 leaves it to us). */
const maxHosts = 20
/** IP addresses of one host that are tried. */
const maxAddresses = 8

/** Somebody who takes mail for a domain. */
export interface MailHost {
  /** As the MX record has it; the domain itself where there is none, '' for an address literal. What TLS certificates are compared with. */
  readonly name: string
  /** IPv6 before IPv4. */
  readonly addresses: readonly string[]
  /** DNSSEC vouches for name and addresses, and DANE may be asked for (RFC 7672 2.2.1). */
  readonly authenticated: boolean
  /** The name that has the addresses, where a CNAME led to it: TLSA records may stand there (RFC 7672 2.2.2). */
  readonly alias?: string | undefined
}

/**
 * Where mail for a domain goes. `hosts`: in the order in which they are tried. `nowhere`: no mail can be sent there, now or later, RFC 3463 code included.
 * `failed`: nobody can tell now.
 */
export type MailHosts =
  | { readonly status: 'hosts'; readonly hosts: readonly MailHost[]; readonly fromMx: boolean }
  | { readonly status: 'nowhere'; readonly why: 'no such domain' | 'null MX' | 'no address' | 'it is us'; readonly enhanced: string }
  | { readonly status: 'failed'; readonly why: DnsFailure }

/** RFC 3463, and RFC 7505 4.1 for the null MX. */
const enhancedCodes = { 'no such domain': '5.1.2', 'null MX': '5.1.10', 'no address': '5.4.4', 'it is us': '5.4.6' } as const

export interface MailHostsOptions {
  readonly resolver: Pick<Resolver, 'lookup'>
  /** What we are called now, lower case, by any of our ways out: mail is never handed to ourselves over SMTP. */
  readonly ownNames: () => ReadonlySet<string>
  /** Whether this machine can reach IPv6 at all. */
  readonly ipv6: boolean
}

/** RFC 5321 5.1. @param domain an A-label name, or an address literal with its brackets */
export async function findMailHosts(domain: string, options: MailHostsOptions): Promise<MailHosts> {
  const literal = /^\[(?:IPv6:)?(.+)\]$/i.exec(domain)?.[1]
  if (literal !== undefined) return { status: 'hosts', hosts: [{ name: '', addresses: [literal], authenticated: false }], fromMx: false }
  const mx = await options.resolver.lookup(domain, 'MX')
  if (mx.status === 'failed') return mx
  if (mx.status === 'none') return await withoutMx(domain, mx, options)
  const records = mx.records.filter(({ exchange }) => exchange !== '')
  if (records.length === 0) return nowhere('null MX')
  // Equal ones share the load (RFC 5321 5.1): a random order among them, then by preference.
  const shuffled = records.map((record) => ({ ...record, chance: randomInt(0x1_0000) }))
  shuffled.sort((a, b) => a.preference - b.preference || a.chance - b.chance)
  const ownNames = options.ownNames()
  const inFront = before(shuffled, ({ exchange }) => ownNames.has(exchange)).slice(0, maxHosts)
  const found = await Promise.all(
    inFront.map(async ({ exchange, preference }) => ({ preference, host: await addressesOf(exchange, mx.authenticated, options) })),
  )
  const others = before(found, ({ host }) => isOurs(host, ownNames))
  return others.length === 0
    ? nowhere('it is us')
    : reached(
        others.map(({ host }) => host),
        true,
      )
}

/** Those in front of our own place, of hosts in their order: whoever stands there or behind it would only hand mail to us again (RFC 5321 5.1). */
function before<Host extends { readonly preference: number }>(hosts: readonly Host[], isUs: (host: Host) => boolean): readonly Host[] {
  const own = hosts.find(isUs)
  return own === undefined ? hosts : hosts.filter(({ preference }) => preference < own.preference)
}

/** Its name is an alias of one of ours. */
function isOurs(host: MailHost | Failed, ownNames: ReadonlySet<string>): boolean {
  return 'alias' in host && host.alias !== undefined && ownNames.has(host.alias)
}

/** A server that sends for us (RFC 5598 2.2.2): a name, whose MX records do not matter, or an IP address. */
export async function smartHost(host: string, options: MailHostsOptions): Promise<MailHosts> {
  if (isIP(host) > 0) return { status: 'hosts', hosts: [{ name: '', addresses: [host], authenticated: false }], fromMx: false }
  return reached([await addressesOf(host, true, options)], false)
}

/** No MX record: the domain itself is the host ("implicit MX"). */
async function withoutMx(domain: string, mx: Answer<'MX'> & { readonly status: 'none' }, options: MailHostsOptions): Promise<MailHosts> {
  const ownNames = options.ownNames()
  if (ownNames.has(domain)) return nowhere('it is us')
  const found = await addressesOf(domain, mx.authenticated, options)
  if (isOurs(found, ownNames)) return nowhere('it is us')
  if ('name' in found && found.addresses.length === 0 && mx.why === 'no such name') return nowhere('no such domain')
  return reached([found], false)
}

/** What is known of the others counts: one host that cannot be looked up now does not hold mail back. */
function reached(found: readonly (MailHost | Failed)[], fromMx: boolean): MailHosts {
  const hosts = found.filter((host) => 'name' in host && host.addresses.length > 0) as MailHost[]
  if (hosts.length > 0) return { status: 'hosts', hosts, fromMx }
  return found.find((host) => 'status' in host) ?? nowhere('no address')
}

type Failed = Extract<MailHosts, { status: 'failed' }>

async function addressesOf(name: string, authenticated: boolean, { resolver, ipv6 }: MailHostsOptions): Promise<MailHost | Failed> {
  const answers: Answer<RecordType>[] = await Promise.all([...(ipv6 ? [resolver.lookup(name, 'AAAA')] : []), resolver.lookup(name, 'A')])
  const addresses = answers.flatMap((answer) => (answer.status === 'found' ? (answer.records as readonly string[]) : []))
  const failed = answers.find((answer) => answer.status === 'failed')
  if (addresses.length === 0 && failed !== undefined) return failed
  return {
    name,
    addresses: addresses.slice(0, maxAddresses),
    alias: answers.map((answer) => (answer.status === 'found' ? answer.alias : undefined)).find((alias) => alias !== undefined),
    authenticated: authenticated && answers.every((answer) => answer.status !== 'failed' && answer.authenticated),
  }
}

function nowhere(why: keyof typeof enhancedCodes): MailHosts {
  return { status: 'nowhere', why, enhanced: enhancedCodes[why] }
}
