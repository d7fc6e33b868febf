import type { Answer, DnsFailure } from '../dns/answer.ts'
import type { Resolver } from '../dns/resolver.ts'
import type { CheckResult } from '../mail/check.ts'

/** SPEC A1: an address with more names than this is DNS trouble. */
const maxNames = 10
/** SPEC A1: all lookups of one client together, in milliseconds. */
const timeoutMs = 5_000

/**
 * The client's names that lead back to its address (RFC 8601 3, iprev). `none`: it has no name, or none that leads back; `failed`: DNS
 * could not tell. A name that is verified stays so whatever became of the others.
 */
export type HostNames =
  | {
      readonly status: 'verified'
      /** In alphabetical order, since DNS shuffles. */
      readonly names: readonly string[]
      /** Names for which DNS could not tell. */
      readonly undecided: readonly string[]
    }
  | { readonly status: 'none'; readonly why: 'no name' | 'no name leads back'; readonly names: readonly string[] }
  | { readonly status: 'failed'; readonly why: 'too many names' | 'DNS failed' | 'too late'; readonly detail: string }

export type Lookups = Pick<Resolver, 'lookup' | 'ptr' | 'known' | 'knownPtr'>

/**
 * Finds the verified host names of a client. Answers of the DNS are kept by the resolver for their TTL, and so is what follows from
 * them: `verifiedNow` gives it without waiting.
 */
export async function verifyHost(ip: string, resolver: Lookups): Promise<HostNames> {
  const startedMs = performance.now()
  const pointers = await resolver.ptr(ip, { timeoutMs })
  if (pointers.status === 'none') return noName
  if (pointers.status === 'failed') return failure(pointers.why)
  const candidates = candidateNames(pointers.records)
  if (candidates === undefined) return tooManyNames(pointers.records.length)
  const leftMs = Math.max(1, timeoutMs - (performance.now() - startedMs))
  const type = addressType(ip)
  const answers = await Promise.all(candidates.map((name) => resolver.lookup(name, type, { timeoutMs: leftMs })))
  return weigh(ip, candidates, answers)
}

/** The same, where the resolver knows all the answers; undefined: it has to ask. */
export function verifiedNow(ip: string, resolver: Lookups): HostNames | undefined {
  const pointers = resolver.knownPtr(ip)
  if (pointers === undefined) return undefined
  if (pointers.status === 'none') return noName
  if (pointers.status === 'failed') return failure(pointers.why)
  const candidates = candidateNames(pointers.records)
  if (candidates === undefined) return tooManyNames(pointers.records.length)
  const type = addressType(ip)
  const answers: AddressAnswer[] = []
  for (const name of candidates) {
    const answer = resolver.known(name, type)
    if (answer === undefined) return undefined
    answers.push(answer)
  }
  return weigh(ip, candidates, answers)
}

/** Reasons: `verified` · `no name` · `no name leads back` · `not the EHLO name` · `too many names`, `DNS failed`, `too late` (temperror). */
export function judgeHost(host: HostNames, strictFor: { readonly helo: string | undefined } | undefined): CheckResult {
  const check = 'reverse-lookup'
  if (host.status === 'failed') return { check, result: 'temperror', reason: host.why, detail: host.detail }
  if (host.status === 'none') {
    const detail = host.names.join(', ')
    return detail === '' ? { check, result: 'fail', reason: host.why } : { check, result: 'fail', reason: host.why, detail }
  }
  if (strictFor === undefined) return { check, result: 'pass', reason: 'verified', detail: host.names[0] ?? '' }
  const helo = strictFor.helo?.toLowerCase().replace(/\.$/, '') ?? ''
  if (host.names.includes(helo)) return { check, result: 'pass', reason: 'verified', detail: helo }
  if (host.undecided.includes(helo)) return { check, result: 'temperror', reason: 'DNS failed', detail: helo }
  return { check, result: 'fail', reason: 'not the EHLO name', detail: host.names.join(', ') }
}

type AddressAnswer = Answer<'A'> | Answer<'AAAA'>

function addressType(ip: string): 'A' | 'AAAA' {
  return ip.includes(':') ? 'AAAA' : 'A'
}

/** undefined: too many. A name that stands there twice is one name. */
function candidateNames(records: readonly string[]): readonly string[] | undefined {
  const names = records.length === 1 ? records : [...new Set(records)]
  return names.length > maxNames ? undefined : names
}

/** What a host may be called (RFC 1123 2.1), and the underscore, which some are. The DNS holds any octets, and ours go into header fields. */
const hostName = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i

function weigh(ip: string, names: readonly string[], answers: readonly AddressAnswer[]): HostNames {
  const verified = names.filter((name, at) => hostName.test(name) && leadsTo(answers[at], ip))
  const undecided = names.filter((_, at) => answers[at]?.status === 'failed')
  if (verified.length > 0) return { status: 'verified', names: verified.toSorted(), undecided }
  const failed = answers.find((answer) => answer.status === 'failed')
  return failed === undefined ? { status: 'none', why: 'no name leads back', names } : failure(failed.why)
}

function leadsTo(answer: AddressAnswer | undefined, ip: string): boolean {
  return answer?.status === 'found' && answer.records.includes(ip)
}

const noName: HostNames = { status: 'none', why: 'no name', names: [] }

function tooManyNames(count: number): HostNames {
  return { status: 'failed', why: 'too many names', detail: String(count) }
}

function failure(why: DnsFailure): HostNames {
  return { status: 'failed', why: why === 'timeout' ? 'too late' : 'DNS failed', detail: why }
}
