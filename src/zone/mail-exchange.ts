import { parseIp } from '../mail/ip.ts'
import { type Finding, finding, type PartCheck, partCheck } from './finding.ts'
import { foundAt } from './record.ts'
import type { Seen } from './seen.ts'
import type { DomainSetup, Installation } from './setup.ts'

/**
 * Where mail for the domain goes. `both`: here, and to a host of others as well; `nowhere`: to nobody; `unknown`: the DNS could not tell.
 */
export type Destination = 'here' | 'both' | 'elsewhere' | 'nowhere' | 'unknown'

export interface MailExchangeCheck extends PartCheck {
  readonly destination: Destination
  /** Hosts of others that the MX records name. */
  readonly others: readonly string[]
}

/** Longer, and a move is felt for hours (SPEC E2). */
const slowTtlSeconds = 3600
/** The preference that is advised. */
const advisedPreference = 10

/** MX records (RFC 5321 5.1, RFC 7505). */
export function checkMailExchange({ domain }: DomainSetup, installation: Installation, seen: Seen): MailExchangeCheck {
  const answer = seen.answer(domain, 'MX')
  const found = foundAt(seen, domain, 'MX')
  const wanted = [{ name: domain, type: 'MX' as const, value: `${advisedPreference} ${installation.hostName}.` }]
  const check = (destination: Destination, findings: readonly Finding[], others: readonly string[] = []): MailExchangeCheck => {
    const slow = destination === 'here' ? [] : found.filter(({ ttlSeconds }) => ttlSeconds > slowTtlSeconds).slice(0, 1)
    const waits = slow.map(({ ttlSeconds }) => finding('mx-slow', { hours: String(Math.ceil(ttlSeconds / 3600)) }))
    const part = partCheck('mx', wanted, found, [...findings, ...waits])
    // Any preference will do for a host that stands alone.
    const there = found.some(({ value }) => value.endsWith(` ${installation.hostName}.`))
    return { ...part, wanted: part.wanted.map((one) => ({ ...one, there })), destination, others }
  }
  if (answer.status === 'failed') return check('unknown', [finding('mx-unknown', { why: answer.why })])
  const oursAt = seen.addresses(installation.hostName) ?? []
  const isOurs = (host: string) => host === installation.hostName || (seen.addresses(host) ?? []).some((ip) => oursAt.includes(ip))
  if (answer.status === 'none') return withoutRecords(domain, isOurs, seen, check)
  if (answer.records.some(({ exchange }) => exchange === '')) return check('nowhere', [finding('mx-null')])

  const exchanges = [...answer.records].sort((a, b) => a.preference - b.preference)
  const [best] = exchanges
  const others = exchanges.filter(({ exchange }) => !isOurs(exchange)).map(({ exchange }) => exchange)
  const names = [...new Set(exchanges.map(({ exchange }) => exchange))]
  const broken = names.flatMap((name) => brokenExchange(name, seen))
  if (others.length === exchanges.length)
    return check('elsewhere', [finding('mx-elsewhere', { hosts: others.join(', '), host: installation.hostName }), ...broken], others)
  if (others.length === 0) return check('here', broken)
  const first = best !== undefined && !isOurs(best.exchange)
  return check('both', [finding(first ? 'mx-old-first' : 'mx-old', { hosts: others.join(', '), host: installation.hostName }), ...broken], others)
}

/** Without MX records mail goes to the address of the domain itself (RFC 5321 5.1). */
function withoutRecords(
  domain: string,
  isOurs: (host: string) => boolean,
  seen: Seen,
  check: (destination: Destination, findings: readonly Finding[], others?: readonly string[]) => MailExchangeCheck,
): MailExchangeCheck {
  const addresses = seen.addresses(domain)
  if (addresses === undefined) return check('unknown', [finding('mx-unknown', { why: 'timeout' })])
  if (addresses.length === 0) return check('nowhere', [finding('mx-missing')])
  return isOurs(domain) ? check('here', [finding('mx-implicit')]) : check('elsewhere', [finding('mx-web-host', { addresses: addresses.join(', ') })], [domain])
}

function brokenExchange(name: string, seen: Seen): Finding[] {
  if (parseIp(name) !== undefined) return [finding('mx-ip', { host: name })]
  const alias = seen.answer(name, 'CNAME')
  if (alias.status === 'found') return [finding('mx-alias', { host: name, target: alias.records[0] ?? '' })]
  return seen.addresses(name)?.length === 0 ? [finding('mx-no-address', { host: name })] : []
}
