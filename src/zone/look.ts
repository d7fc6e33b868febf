import type { Answer, RecordType } from '../dns/answer.ts'
import type { Resolver } from '../dns/resolver.ts'
import { parseAddress } from '../mail/address.ts'
import { parseIp } from '../mail/ip.ts'
import { BoundedDns } from '../msgauth/dns.ts'
import { parseDmarcRecord } from '../msgauth/dmarc/record.ts'
import { discover, ofOneOrganisation } from '../msgauth/dmarc/tree-walk.ts'
import { maxLookups } from '../msgauth/limits.ts'
import { checkHost } from '../msgauth/spf/check-host.ts'
import { isSpfRecord, parseSpfRecord } from '../msgauth/spf/record.ts'
import { type Lookups, verifyHost } from '../protection/reverse-lookup.ts'
import { recordName } from '../signing/key-record.ts'
import { reverseName } from '../dns/name.ts'
import { serviceNames, setupHosts } from './client-setup.ts'
import { dmarcName } from './dmarc.ts'
import { questionKey, Seen, type SeenMore } from './seen.ts'
import type { DomainSetup, Installation } from './setup.ts'
import { stsHost, stsRecordName, tlsaName, tlsReportName } from './transport.ts'

/** What is asked. */
export type ZoneDns = Lookups & Pick<Resolver, 'lookupUnvalidated'>

/** One question; the whole look takes a few of these after one another. */
const lookupMs = 6_000
/** For SPF, and for DMARC, of one identity. */
const evaluationMs = 10_000
/** MX records that are looked at: nobody means more. */
const maxExchanges = 10
/** Our own addresses that are looked at. */
const maxAddresses = 20
/** SPF records that are counted through; one with more is past its limit of ten long before. */
const maxIncluded = 30
const maxReportPlaces = 10
/** Failed questions that are asked again without DNSSEC. */
const maxDoubted = 3

/** Asks for all that `checkZone` weighs. Never rejects, as the DNS never does. */
export async function lookAtZone({ domain, keys }: DomainSetup, installation: Installation, dns: ZoneDns, nowMs: number): Promise<Seen> {
  const answers = new Map<string, Answer<RecordType>>()
  const ask = async <Type extends RecordType>(name: string, type: Type): Promise<Answer<Type>> => {
    const key = questionKey(name, type)
    const answer = (answers.get(key) as Answer<Type> | undefined) ?? (await dns.lookup(name, type, { timeoutMs: lookupMs }))
    answers.set(key, answer)
    return answer
  }
  const host = async (name: string) => void (await Promise.all([ask(name, 'A'), ask(name, 'AAAA'), ask(name, 'CNAME')]))
  const { hostName, clientHost } = installation
  const [mx] = await Promise.all([
    ask(domain, 'MX'),
    ask(domain, 'TXT'),
    ask(dmarcName(domain), 'TXT'),
    ask(stsRecordName(domain), 'TXT'),
    ask(tlsReportName(domain), 'TXT'),
    ask(tlsaName(hostName), 'TLSA'),
    ...[domain, hostName, clientHost, stsHost(domain), ...setupHosts(domain)].map(host),
    ...serviceNames(domain).map((name) => ask(name, 'SRV')),
    ...keys.map(({ selector }) => ask(recordName(selector, domain), 'TXT')),
  ])
  const exchanges = mx.status === 'found' ? mx.records.map(({ exchange }) => exchange).filter((name) => name !== '') : []
  await Promise.all([...new Set(exchanges)].slice(0, maxExchanges).map(host))

  const seen = new Seen(answers, nothingMore, nowMs)
  const hostAddresses = seen.addresses(hostName) ?? []
  const sending = (installation.sendsFrom.length > 0 ? installation.sendsFrom : hostAddresses).slice(0, maxAddresses)
  const ours = [...new Set([...hostAddresses, ...sending])].slice(0, maxAddresses)
  await Promise.all(ours.map((ip) => ask(reverseName(ip) ?? '', 'PTR')))
  const [spf, spfTerms, inheritedDmarc, disagreeing, reverse, bogus] = await Promise.all([
    Promise.all(sending.map((ip) => permits(domain, ip, hostName, dns, nowMs))),
    countTerms(domain, ask),
    inherited(domain, dns),
    disagree(domain, await ask(dmarcName(domain), 'TXT'), dns),
    Promise.all(ours.map(async (ip) => ({ ip, names: await verifyHost(ip, dns) }))),
    doubted(answers, dns),
  ])
  return new Seen(answers, { spf, spfTerms, inheritedDmarc, disagreeing, reverse, bogus }, nowMs)
}

const nothingMore: SeenMore = { spf: [], spfTerms: 0, inheritedDmarc: undefined, disagreeing: [], reverse: [], bogus: [] }

function bounded(dns: ZoneDns): BoundedDns {
  return new BoundedDns(dns, maxLookups, performance.now() + evaluationMs)
}

/** What others find when mail of the domain comes from an address of ours. */
async function permits(domain: string, ip: string, hostName: string, dns: ZoneDns, nowMs: number): Promise<SeenMore['spf'][number]> {
  const client = parseIp(ip)
  if (client === undefined) return { ip, result: 'none', reason: '' }
  const { result, reason = '' } = await checkHost({ ip: client, helo: hostName, localPart: 'postmaster', domain, hostName, nowMs }, bounded(dns))
  return { ip, result, reason }
}

/** RFC 7208 4.6.4, in the worst case: each include and redirect followed. */
async function countTerms(domain: string, ask: (name: string, type: 'TXT') => Promise<Answer<'TXT'>>): Promise<number> {
  const open = [domain]
  let terms = 0
  for (let read = 0; read < maxIncluded; read++) {
    const name = open.shift()
    if (name === undefined) break
    const answer = await ask(name.toLowerCase(), 'TXT')
    const text = answer.status === 'found' ? answer.records.find(isSpfRecord) : undefined
    const record = text === undefined ? undefined : parseSpfRecord(text)
    if (record === undefined) continue
    for (const { mechanism } of record.directives) {
      if (mechanism.kind !== 'all' && mechanism.kind !== 'ip') terms += 1
      // Macros lead elsewhere for each message.
      if (mechanism.kind === 'include' && !mechanism.domainSpec.includes('%')) open.push(mechanism.domainSpec)
    }
    if (record.redirect === undefined) continue
    terms += 1
    if (!record.redirect.includes('%')) open.push(record.redirect)
  }
  return terms
}

/** The name of the domain above whose DMARC record holds. */
async function inherited(domain: string, dns: ZoneDns): Promise<string | undefined> {
  const discovery = await discover(domain, bounded(dns))
  if (discovery.status === 'failed' || discovery.found === undefined) return undefined
  return discovery.found.domain === domain ? undefined : discovery.found.domain
}

/** RFC 9990 4: who is not of one house with the domain has to say that it wants the reports. */
async function disagree(domain: string, answer: Answer<'TXT'>, dns: ZoneDns): Promise<string[]> {
  const text = answer.status === 'found' ? answer.records.find((record) => parseDmarcRecord(record) !== undefined) : undefined
  const places = (parseDmarcRecord(text ?? '')?.reportTo ?? []).slice(0, maxReportPlaces)
  const hosts = [...new Set(places.flatMap(hostOf))]
  const disagreeing = await Promise.all(
    hosts.map(async (place) => {
      if (await ofOneOrganisation(domain, place, dns)) return false
      const said = await dns.lookup(`${domain}._report._dmarc.${place}`, 'TXT', { timeoutMs: lookupMs })
      return said.status === 'none' || (said.status === 'found' && !said.records.some((record) => /^v=DMARC1[ \t]*(?:;|$)/.test(record)))
    }),
  )
  return hosts.filter((_, at) => disagreeing[at])
}

function hostOf(uri: string): string[] {
  const address = /^mailto:([^?!]+)/i.exec(uri)?.[1]
  const domain = address === undefined ? undefined : parseAddress(address)?.domain
  return domain === undefined ? [] : [domain]
}

/** Where a validating resolver fails and another answer is there, DNSSEC is what fails. */
async function doubted(answers: ReadonlyMap<string, Answer<RecordType>>, dns: ZoneDns): Promise<string[]> {
  const failed = [...answers]
    .flatMap(([question, answer]) => (answer.status === 'failed' && answer.why === 'server failure' ? [question] : []))
    .slice(0, maxDoubted)
  const names = await Promise.all(
    failed.map(async (question) => {
      const [type = '', name = ''] = question.split(' ')
      const answer = await dns.lookupUnvalidated(name, type as RecordType)
      return answer.status === 'failed' ? [] : [name]
    }),
  )
  return names.flat()
}
