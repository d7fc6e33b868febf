import type { AuthorDomain, DkimFinding, DmarcFinding, DmarcPolicy, DmarcRecord, SpfFinding } from '../authentication.ts'
import type { ClaimedAuthor } from '../author.ts'
import type { BoundedDns } from '../dns.ts'
import { type Discovery, discover, organisationalDomain } from './tree-walk.ts'

/** What was authenticated of a message. */
export interface Authenticated {
  readonly spf: SpfFinding
  readonly dkim: readonly DkimFinding[]
}

export interface Evaluated {
  readonly dmarc: DmarcFinding
  readonly domains: readonly AuthorDomain[]
}

/**
 * DMARC for all authors of a message. Of several domains each is looked at: it passes if all pass, and else what the strictest of those
 * that failed wishes counts (RFC 7489 6.6.1). A hidden author never passes.
 */
export async function evaluateDmarc(author: ClaimedAuthor, authenticated: Authenticated, dns: BoundedDns): Promise<Evaluated> {
  const names = [...new Set(author.addresses.map(({ domain }) => domain))]
  const all = await Promise.all(names.map((domain) => ofDomain(domain, authenticated, dns)))
  const domains = all.map(({ domain, alignedSpf, alignedDkim }) => ({ domain, aligned: alignedSpf || alignedDkim }))
  return { dmarc: author.kind === 'hidden' ? hidden(all, author.trick) : together(all), domains }
}

const nobody: DmarcFinding = {
  result: 'permerror',
  domain: '',
  policy: 'none',
  recordDomain: undefined,
  record: undefined,
  alignedSpf: false,
  alignedDkim: false,
  reason: 'no author can be read',
}

function together(all: readonly DmarcFinding[]): DmarcFinding {
  const [first = nobody] = all
  if (all.length < 2) return first
  const deciding =
    strictest(all.filter(({ result }) => result === 'fail')) ??
    all.find(({ result }) => result === 'temperror') ??
    all.find(({ result }) => result === 'none') ??
    first
  return { ...deciding, alignedSpf: all.every(({ alignedSpf }) => alignedSpf), alignedDkim: all.every(({ alignedDkim }) => alignedDkim) }
}

function hidden(all: readonly DmarcFinding[], trick: string | undefined): DmarcFinding {
  const deciding = strictest(all) ?? nobody
  const result = deciding.record === undefined ? 'permerror' : 'fail'
  return { ...deciding, result, alignedSpf: false, alignedDkim: false, reason: trick ?? 'the author is hidden' }
}

const strictness: Readonly<Record<DmarcPolicy, number>> = { none: 0, quarantine: 1, reject: 2 }

/** Of equals the first; one with a record before one without. */
function strictest(all: readonly DmarcFinding[]): DmarcFinding | undefined {
  const rank = ({ record, policy }: DmarcFinding) => (record === undefined ? -1 : strictness[policy])
  return all.reduce<DmarcFinding | undefined>((best, one) => (best === undefined || rank(one) > rank(best) ? one : best), undefined)
}

async function ofDomain(domain: string, { spf, dkim }: Authenticated, dns: BoundedDns): Promise<DmarcFinding> {
  const discovery = await discover(domain, dns)
  const { found, organisation } = discovery.status === 'failed' ? unknown : discovery
  const align = (identifier: string, alignment: 'relaxed' | 'strict') => aligns(identifier, domain, alignment, organisation, dns)
  // Without knowing the record, only what every record accepts is believed.
  const alignments = found?.record ?? (discovery.status === 'failed' ? strict : relaxed)
  const bySpf = spf.result === 'pass' ? await align(spf.domain, alignments.spfAlignment) : false
  const passed = [...new Set(dkim.filter(({ result }) => result === 'pass').map((finding) => finding.domain))]
  const byDkim = await Promise.all(passed.map((identifier) => align(identifier, alignments.dkimAlignment)))
  const alignedSpf = bySpf === true
  const alignedDkim = byDkim.includes(true)
  const finding = { domain, recordDomain: found?.domain, record: found?.record, alignedSpf, alignedDkim }
  if (discovery.status === 'failed') return { ...finding, result: 'temperror', policy: 'none', reason: 'the DNS could not tell the policy' }
  if (found === undefined) return { ...finding, result: 'none', policy: 'none' }
  const policy = await policyFor(domain, found.domain, found.record, dns)
  if (alignedSpf || alignedDkim) return { ...finding, result: 'pass', policy: policy ?? 'none' }
  const unsure = [bySpf, ...byDkim].includes(undefined) || unknownYet(spf, dkim, domain)
  if (policy === undefined || unsure) return { ...finding, result: 'temperror', policy: policy ?? 'none', reason: 'the DNS could not tell enough' }
  return { ...finding, result: 'fail', policy }
}

const unknown: Pick<Extract<Discovery, { status: 'known' }>, 'found' | 'organisation'> = { found: undefined, organisation: undefined }
const strict = { spfAlignment: 'strict', dkimAlignment: 'strict' } as const
const relaxed = { spfAlignment: 'relaxed', dkimAlignment: 'relaxed' } as const

/** A pass may come yet, when the DNS answers again: of a domain that could be aligned. */
function unknownYet(spf: SpfFinding, dkim: readonly DkimFinding[], domain: string): boolean {
  const open = [spf, ...dkim].filter(({ result }) => result === 'temperror')
  return open.some((finding) => topLabel(finding.domain) === topLabel(domain))
}

function topLabel(domain: string): string {
  return domain.slice(domain.lastIndexOf('.') + 1)
}

/** Identifier alignment (RFC 9989 4.4); undefined: it cannot be found out now. */
async function aligns(
  identifier: string,
  domain: string,
  alignment: 'relaxed' | 'strict',
  organisation: string | undefined,
  dns: BoundedDns,
): Promise<boolean | undefined> {
  if (identifier === domain) return true
  if (alignment === 'strict' || topLabel(identifier) !== topLabel(domain)) return false
  if (organisation === undefined) return undefined
  // An organisational domain is the domain itself or above it: what is not below the author's has another one, and need not be walked.
  if (identifier !== organisation && !identifier.endsWith(`.${organisation}`)) return false
  const other = await organisationalDomain(identifier, dns)
  return other === undefined ? undefined : other === organisation
}

/** What the owner wishes for mail of this very domain (RFC 9989 4.10.1); undefined: it cannot be found out now. */
async function policyFor(domain: string, recordDomain: string, record: DmarcRecord, dns: BoundedDns): Promise<DmarcPolicy | undefined> {
  if (domain === recordDomain) return eased(record.policy, record)
  const ofExisting = record.subdomainPolicy ?? record.policy
  const ofAbsent = record.absentPolicy ?? ofExisting
  if (ofAbsent === ofExisting) return eased(ofExisting, record)
  const answer = await dns.lookup(domain, 'A')
  if (answer.status === 'failed') return undefined
  return eased(answer.status === 'none' && answer.why === 'no such name' ? ofAbsent : ofExisting, record)
}

/** t=y asks for one step less (RFC 9989 4.7). */
function eased(policy: DmarcPolicy, { testing }: DmarcRecord): DmarcPolicy {
  if (!testing) return policy
  return policy === 'reject' ? 'quarantine' : 'none'
}
