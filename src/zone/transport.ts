import { createHash } from 'node:crypto'
import type { TlsAssociation } from '../dns/answer.ts'
import { type Finding, finding, type PartCheck, partCheck } from './finding.ts'
import { foundAt, type ZoneRecord } from './record.ts'
import type { Seen } from './seen.ts'
import type { ChainCertificate, DomainSetup, Installation } from './setup.ts'
import { stsPolicy, stsPolicyId } from './sts-policy.ts'

/** MTA-STS (RFC 8461): the record that says there is a policy, and the host where we serve it. */
export function checkMtaSts({ domain }: DomainSetup, installation: Installation, seen: Seen, others: readonly string[]): PartCheck {
  const policy = stsPolicy(installation.sts, installation.hostName)
  const name = stsRecordName(domain)
  const host = stsHost(domain)
  const answer = seen.answer(name, 'TXT')
  const records = foundAt(seen, name, 'TXT', (text) => /^v=STSv1\b/.test(text))
  const found = [...records, ...foundAt(seen, host, 'CNAME'), ...foundAt(seen, host, 'A'), ...foundAt(seen, host, 'AAAA')]
  if (policy === undefined) return partCheck('mta-sts', [], found, records.length > 0 ? [finding('sts-off')] : [])
  const id = stsPolicyId(policy)
  const wanted: ZoneRecord[] = [
    { name: host, type: 'CNAME', value: `${installation.clientHost}.` },
    { name, type: 'TXT', value: `v=STSv1; id=${id}` },
  ]
  const leadsHere = leadsTo(host, installation.clientHost, seen)
  const says = (findings: readonly Finding[]) => {
    const part = partCheck('mta-sts', wanted, found, findings)
    return { ...part, wanted: part.wanted.map((one) => (one.type === 'CNAME' ? { ...one, there: leadsHere === true } : one)) }
  }
  if (answer.status === 'failed') return says([finding('sts-unknown', { why: answer.why })])
  const [record, ...more] = records
  if (record === undefined) return says([finding('sts-missing')])
  if (more.length > 0) return says([finding('sts-several')])
  return says([
    ...(leadsHere === false ? [finding('sts-host', { host })] : []),
    ...(record.value.includes(id) ? [] : [finding('sts-old-id', { id })]),
    ...(others.length > 0 ? [finding(installation.sts === 'enforce' ? 'sts-others-lose' : 'sts-others', { hosts: others.join(', ') })] : []),
  ])
}

/** RFC 8460 3: where others report trouble with TLS. */
export function checkTlsReports({ domain }: DomainSetup, seen: Seen): PartCheck {
  const name = tlsReportName(domain)
  const answer = seen.answer(name, 'TXT')
  const found = foundAt(seen, name, 'TXT', (text) => /^v=TLSRPTv1\b/.test(text))
  const [record, ...more] = found
  const readable = /;\s*rua\s*=\s*(?:mailto|https):/i.test(record?.value ?? '')
  const wanted = [{ name, type: 'TXT' as const, value: readable && record !== undefined ? record.value : `v=TLSRPTv1; rua=mailto:postmaster@${domain}` }]
  const says = (findings: readonly Finding[]) => partCheck('tls-rpt', wanted, found, findings)
  if (answer.status === 'failed') return says([finding('tls-rpt-unknown', { why: answer.why })])
  if (record === undefined) return says([finding('tls-rpt-missing')])
  if (more.length > 0) return says([finding('tls-rpt-several')])
  return says(readable ? [] : [finding('tls-rpt-nowhere')])
}

/** DANE of our own mail exchange (RFC 7672): it is the host's zone that counts, whatever domain asks. */
export function checkDane({ hostName, chain }: Installation, seen: Seen): PartCheck {
  const name = tlsaName(hostName)
  const answer = seen.answer(name, 'TLSA')
  const found = foundAt(seen, name, 'TLSA')
  const [leaf] = chain
  // 3 1 1 is what RFC 7672 3.1.1 advises: it lasts as long as the key.
  const value = leaf === undefined ? undefined : `3 1 1 ${createHash('sha256').update(leaf.publicKey).digest('hex')}`
  const host = seen.answer(hostName, 'A')
  const signed = 'authenticated' in host ? host.authenticated : false
  const wanted = value !== undefined && signed ? [{ name, type: 'TLSA' as const, value }] : []
  const says = (findings: readonly Finding[]) => partCheck('dane', wanted, found, findings)
  if (answer.status === 'failed') return says([finding('dane-unknown', { host: hostName })])
  if (answer.status === 'none') return says(signed ? [finding('dane-missing', { host: hostName })] : [])
  if (!answer.authenticated) return says([finding('dane-unsigned', { host: hostName })])
  if (chain.length === 0 || answer.records.some((record) => fits(record, chain))) return says([])
  return says([finding('dane-wrong', { host: hostName })])
}

export function tlsaName(hostName: string): string {
  return `_25._tcp.${hostName}`
}

export function stsRecordName(domain: string): string {
  return `_mta-sts.${domain}`
}

export function stsHost(domain: string): string {
  return `mta-sts.${domain}`
}

export function tlsReportName(domain: string): string {
  return `_smtp._tls.${domain}`
}

/** Is it the same machine, by its addresses? undefined: the DNS could not tell. */
export function leadsTo(name: string, host: string, seen: Seen): boolean | undefined {
  const [there, here] = [seen.addresses(name), seen.addresses(host)]
  if (there === undefined || here === undefined) return undefined
  return there.length > 0 && there.every((ip) => here.includes(ip))
}

/** RFC 6698 2.1; usages 0 and 1 say nothing to mail servers (RFC 7672 3.1.3). */
function fits({ usage, selector, matchingType, data }: TlsAssociation, chain: readonly ChainCertificate[]): boolean {
  const candidates = usage === 3 ? chain.slice(0, 1) : usage === 2 ? chain : []
  return candidates.some(({ certificate, publicKey }) => {
    const octets = selector === 0 ? certificate : publicKey
    const matched =
      matchingType === 0
        ? octets
        : createHash(matchingType === 1 ? 'sha256' : 'sha512')
            .update(octets)
            .digest()
    return Buffer.compare(matched, data) === 0
  })
}
