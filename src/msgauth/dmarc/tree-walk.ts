import { registrableDomain } from '../../mail/public-suffix.ts'
import type { DmarcRecord } from '../authentication.ts'
import { BoundedDns, type Dns } from '../dns.ts'
import { parseDmarcRecord } from './record.ts'

interface Found {
  readonly domain: string
  readonly record: DmarcRecord
}

/** What the DNS says of a domain's policy (RFC 9989 4.10.1). `failed`: it could not be found out. */
export type Discovery =
  | { readonly status: 'failed' }
  | {
      readonly status: 'known'
      /** The record that applies, and whose it is; undefined: there is none. */
      readonly found: Found | undefined
      readonly organisation: Organisation
    }

/** The organisational domain; undefined: unknown, as the DNS failed above the domain's own record. */
type Organisation = string | undefined

/** Labels that a walk over a longer name goes on with (RFC 9989 4.10 step 4). */
const walkedLabels = 7

/** Policy discovery for an author's domain. */
export async function discover(domain: string, dns: BoundedDns): Promise<Discovery> {
  if (domain.startsWith('[')) return { status: 'known', found: undefined, organisation: domain }
  const { found, failed } = await walk(domain, dns)
  const own = found[0]?.domain === domain ? found[0] : undefined
  if (failed) return own === undefined ? { status: 'failed' } : { status: 'known', found: own, organisation: undefined }
  const organisation = organisationOf(domain, found)
  const last = found.at(-1)
  const inherited = found.find((one) => one.domain === organisation) ?? (last?.record.publicSuffix === 'y' ? last : undefined)
  return { status: 'known', found: own ?? inherited, organisation }
}

/** The organisational domain of an authenticated one; undefined: unknown. */
export async function organisationalDomain(domain: string, dns: BoundedDns): Promise<Organisation> {
  const { found, failed } = await walk(domain, dns)
  return failed ? undefined : organisationOf(domain, found)
}

/** Eight for each of the two (RFC 9989 4.10). */
const comparingLookups = 16
const comparingMs = 10_000

/** Whether two domains are of one house, by the same walk; where the DNS fails they are not. */
export async function ofOneOrganisation(one: string, other: string, dns: Dns): Promise<boolean> {
  if (one === other) return true
  const bounded = new BoundedDns(dns, comparingLookups, performance.now() + comparingMs)
  const [first, second] = await Promise.all([organisationalDomain(one, bounded), organisationalDomain(other, bounded)])
  return first !== undefined && first === second
}

/** Up the tree, at most eight questions (RFC 9989 4.10). */
async function walk(domain: string, dns: BoundedDns): Promise<{ found: Found[]; failed: boolean }> {
  const found: Found[] = []
  let labels = domain.split('.')
  while (labels.length > 0) {
    const name = labels.join('.')
    const answer = await dns.lookup(`_dmarc.${name}`, 'TXT')
    if (answer.status === 'failed') return { found, failed: true }
    const [record, ...more] = answer.status === 'found' ? answer.records.flatMap((text) => parseDmarcRecord(text) ?? []) : []
    // Of several, none counts.
    if (record !== undefined && more.length === 0) {
      found.push({ domain: name, record })
      if (record.publicSuffix !== 'u') break
    }
    labels = labels.slice(labels.length > walkedLabels ? -walkedLabels : 1)
  }
  return { found, failed: false }
}

/**
 * RFC 9989 4.10.2. Where nobody up the tree has a record, the walk cannot tell where an organisation ends; the public suffix list can
 * (RFC 7489 3.2), and then says whether domains without DMARC are of one house.
 */
function organisationOf(domain: string, found: readonly Found[]): string {
  for (const { domain: at, record } of found) {
    if (record.publicSuffix === 'n') return at
    if (record.publicSuffix === 'y' && at !== domain) {
      return domain
        .split('.')
        .slice(-at.split('.').length - 1)
        .join('.')
    }
  }
  return found.at(-1)?.domain ?? registrableDomain(domain, { allowPrivateDomains: true }) ?? domain
}
