import { domainToASCII } from 'node:url'
import type { ListQuestion } from '../dns/blocklists.ts'
import { cidrContains, parseCidr, parseIp } from '../mail/ip.ts'
import type { ListSubject } from './rules/blocklist-entry.ts'
import type { MessageView } from './view/message-view.ts'
import { domainOf } from './view/url.ts'

/** Domains of a message that one list is asked about: those of its sender first, then links in their order. */
const maxQuestions = 20

/** Addresses that are nobody's in particular: no list knows them. */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'].flatMap((text) => parseCidr(text) ?? [])

/**
 * What a blocklist is asked about a message. `signers`: domains of DKIM signatures that verified. `unasked`: registrable domains that no list has, since
 * everybody uses them.
 */
export function listQuestions(
  asks: readonly ListSubject[],
  { view, signers, unasked }: { readonly view: MessageView; readonly signers: readonly string[]; readonly unasked: ReadonlySet<string> },
): readonly ListQuestion[] {
  const questions = new Map<string, ListQuestion>()
  const readers: Record<ListSubject, () => readonly string[]> = {
    client: () => [view.input.client?.ip ?? ''],
    helo: () => [view.input.client?.helo ?? ''],
    host: () => [view.input.client?.hostName ?? ''],
    sender: () => [view.input.envelope?.reversePath.split('@').at(-1) ?? ''],
    from: () => view.from.map(({ domain }) => domain),
    dkim: () => signers,
    url: () => view.urls.map(({ host }) => host),
    'url-ip': () => view.urls.map(({ host }) => host.replace(/^\[(.*)\]$/, '$1')),
  }
  for (const subject of asks) {
    for (const text of readers[subject]()) {
      if (questions.size >= maxQuestions) return [...questions.values()]
      const question = subject === 'client' || subject === 'url-ip' ? aboutIp(text) : aboutDomain(text, unasked)
      if (question !== undefined) questions.set('ip' in question ? question.ip : question.domain, question)
    }
  }
  return [...questions.values()]
}

function aboutIp(ip: string): ListQuestion | undefined {
  const parsed = parseIp(ip)
  return parsed === undefined || privateNetworks.some((network) => cidrContains(network, parsed)) ? undefined : { ip }
}

/** Lists know organisations: what stands before is the spammer's to invent. */
function aboutDomain(host: string, unasked: ReadonlySet<string>): ListQuestion | undefined {
  const domain = domainOf(domainToASCII(host).replace(/\.$/, ''))
  return hostName.test(domain) && !unasked.has(domain) ? { domain } : undefined
}

/** A name of two labels and more that ends in letters, so no address. */
const hostName = /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/
