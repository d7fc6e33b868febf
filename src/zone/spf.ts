import { maxSpfTerms } from '../msgauth/limits.ts'
import { isSpfRecord, parseSpfRecord, type SpfRecord } from '../msgauth/spf/record.ts'
import { type Finding, finding, type PartCheck, partCheck } from './finding.ts'
import { foundAt } from './record.ts'
import type { Seen } from './seen.ts'
import type { DomainSetup, Installation } from './setup.ts'

/** Who may send for the domain (RFC 7208). */
export function checkSpf({ domain }: DomainSetup, installation: Installation, seen: Seen): PartCheck {
  const answer = seen.answer(domain, 'TXT')
  const found = foundAt(seen, domain, 'TXT', isSpfRecord)
  const texts = found.map(({ value }) => value)
  const records = texts.map(parseSpfRecord)
  const [record] = records
  const wanted = [{ name: domain, type: 'TXT' as const, value: mended(texts, installation, seen) }]
  const says = (findings: readonly Finding[]) => partCheck('spf', wanted, found, findings)
  if (answer.status === 'failed') return says([finding('spf-unknown', { why: answer.why })])
  if (texts.length === 0) return says([finding(answer.status === 'found' && answer.records.some(isMisspelt) ? 'spf-misspelt' : 'spf-missing')])
  if (texts.length > 1) return says([finding('spf-several', { number: String(texts.length) })])
  if (record === undefined) return says([finding('spf-syntax')])
  const findings = faultsOf(record, seen)
  const smart = installation.smartHosts.length === 0 ? [] : [finding('spf-smart-host', { hosts: installation.smartHosts.join(', ') })]
  // What cannot be evaluated says nothing of us beyond that.
  return says([...findings, ...(findings.some(({ code }) => code === 'spf-lookups') ? [] : oursOf(seen)), ...smart])
}

/** What people write who mean an SPF record. */
function isMisspelt(text: string): boolean {
  return /^\s*"?\s*v\s*=?\s*spf/i.test(text) && !isSpfRecord(text)
}

function faultsOf({ directives, redirect }: SpfRecord, seen: Seen): Finding[] {
  const all = directives.find(({ mechanism }) => mechanism.kind === 'all')
  return [
    ...(all?.qualifier === 'pass' ? [finding('spf-everybody')] : []),
    ...(all === undefined && redirect === undefined ? [finding('spf-no-end')] : []),
    ...(seen.more.spfTerms > maxSpfTerms ? [finding('spf-lookups', { number: String(seen.more.spfTerms), most: String(maxSpfTerms) })] : []),
    ...(directives.some(({ mechanism }) => mechanism.kind === 'ptr') ? [finding('spf-ptr')] : []),
  ]
}

function oursOf(seen: Seen): Finding[] {
  return seen.more.spf.flatMap(({ ip, result, reason }): Finding[] => {
    if (result === 'pass') return []
    if (result === 'temperror') return [finding('spf-unknown', { why: reason })]
    if (result === 'permerror') return [finding('spf-broken', { why: reason })]
    return [finding(result === 'fail' ? 'spf-forbids-us' : 'spf-without-us', { ip })]
  })
}

/** The record as it should be: what is there, and we; of several, what they permit together. */
function mended(texts: readonly string[], { hostName, sendsFrom }: Installation, seen: Seen): string {
  const terms = [...new Set(texts.flatMap((text) => text.split(' ').slice(1)).filter((term) => term !== ''))]
  const isAll = (term: string) => /^[+?~-]?all$/i.test(term)
  const ends = terms.filter(isAll)
  const missing = seen.more.spf.filter(({ result }) => result !== 'pass').map(({ ip }) => ip)
  const hostAddresses = seen.addresses(hostName) ?? []
  const byName = sendsFrom.every((ip) => hostAddresses.includes(ip))
  const named = (ip: string) => (byName ? `a:${hostName}` : `${ip.includes(':') ? 'ip6' : 'ip4'}:${ip}`)
  // Where nothing could be evaluated, the DNS knows no address of ours yet.
  const ours = seen.more.spf.length === 0 && texts.length === 0 ? [`a:${hostName}`] : [...new Set(missing.map(named))]
  const rest = terms.filter((term) => !isAll(term) && !ours.includes(term))
  const end = rest.some((term) => /^redirect=/i.test(term)) ? [] : [ends.find((term) => /^[-~]/.test(term)) ?? '~all']
  return ['v=spf1', ...ours, ...rest, ...end].join(' ')
}
