import { bestServer, type MailServer } from '../autoconfig/servers.ts'
import { type Finding, finding, type PartCheck, partCheck } from './finding.ts'
import { foundAt, type ZoneRecord } from './record.ts'
import type { Seen } from './seen.ts'
import type { DomainSetup, Installation } from './setup.ts'
import { leadsTo } from './transport.ts'

/** Names under which programs ask how they are to be set up (SPEC C11). */
const setupNames = ['autoconfig', 'autodiscover'] as const

export function setupHosts(domain: string): string[] {
  return setupNames.map((name) => `${name}.${domain}`)
}

/** The hosts that Thunderbird and Outlook ask. */
export function checkSetupHosts({ domain }: DomainSetup, { clientHost, servesHttps }: Installation, seen: Seen): PartCheck {
  const hosts = setupHosts(domain)
  const wanted = servesHttps ? hosts.map((name): ZoneRecord => ({ name, type: 'CNAME', value: `${clientHost}.` })) : []
  const found = hosts.flatMap((host) => [...foundAt(seen, host, 'CNAME'), ...foundAt(seen, host, 'A'), ...foundAt(seen, host, 'AAAA')])
  const findings = (servesHttps ? hosts : []).flatMap((host): Finding[] => {
    const leads = leadsTo(host, clientHost, seen)
    if (leads === true) return []
    if (leads === undefined) return [finding('autoconfig-unknown', { host })]
    return [seen.addresses(host)?.length === 0 ? finding('autoconfig-missing', { host }) : finding('autoconfig-elsewhere', { host, target: clientHost })]
  })
  const part = partCheck('autoconfig', wanted, found, findings)
  return { ...part, wanted: part.wanted.map((one) => ({ ...one, there: leadsTo(one.name, clientHost, seen) === true })) }
}

/** RFC 6186, RFC 8314 5.1. */
const services: readonly (readonly [service: string, protocol: MailServer['protocol'], security: MailServer['security']])[] = [
  ['_submissions._tcp', 'submission', 'tls'],
  ['_submission._tcp', 'submission', 'starttls'],
  ['_imaps._tcp', 'imap', 'tls'],
  ['_imap._tcp', 'imap', 'starttls'],
  ['_pop3s._tcp', 'pop3', 'tls'],
  ['_pop3._tcp', 'pop3', 'starttls'],
]

export function serviceNames(domain: string): string[] {
  return services.map(([service]) => `${service}.${domain}`)
}

/** SRV records, by which other programs find the servers. */
export function checkServices({ domain }: DomainSetup, { servers }: Installation, seen: Seen): PartCheck {
  const offered = services.flatMap(([service, protocol, security]): ZoneRecord[] => {
    const server = servers.find((one) => one.protocol === protocol && one.security === security)
    if (server === undefined) return []
    // The way that is best has the lower number (RFC 6186 3.4).
    const priority = bestServer(servers, protocol) === server ? 0 : 10
    return [{ name: `${service}.${domain}`, type: 'SRV', value: `${priority} 1 ${server.port} ${server.host}.` }]
  })
  const found = serviceNames(domain).flatMap((name) => foundAt(seen, name, 'SRV'))
  const failed = offered.some(({ name }) => seen.answer(name, 'SRV').status === 'failed')
  const hosts = new Set(servers.map(({ host }) => `${host}.`))
  // '.': the service is not there (RFC 6186 3.4), which is the domain's choice.
  const wrong = found.filter(({ value }) => !value.endsWith(' .') && !hosts.has(value.split(' ')[3] ?? ''))
  const findings = [
    ...(failed ? [finding('srv-unknown')] : []),
    ...(!failed && found.length === 0 && offered.length > 0 ? [finding('srv-missing')] : []),
    ...wrong.map(({ name, value }) => finding('srv-elsewhere', { name, target: (value.split(' ')[3] ?? '').replace(/\.$/, '') })),
  ]
  const part = partCheck('srv', offered, found, findings)
  // Priority and weight are the domain's choice.
  const place = (value: string) => value.split(' ').slice(2).join(' ')
  return {
    ...part,
    wanted: part.wanted.map((one) => ({ ...one, there: found.some(({ name, value }) => name === one.name && place(value) === place(one.value)) })),
  }
}
