import { isAsciiText } from '../../message/fold.ts'
import { comparable } from '../view/letters.ts'
import type { Link } from '../view/html-view.ts'
import type { MessageView } from '../view/message-view.ts'
import { domainOf, readUrl, type Url } from '../view/url.ts'
import { brands } from './brands.ts'

/** Recipients that are looked for in each link. */
const mostReaders = 10

/** Where links lead, and whether that is what they say; whom the message pretends to be from. */
export function linkFacts(view: MessageView) {
  const { urls, html, from, subject } = view
  const web = urls.filter(({ scheme }) => scheme === 'http' || scheme === 'https')
  const organisation = from[0]?.organisation ?? ''
  const addresses = [...view.header.parties('to'), ...view.header.parties('cc')].slice(0, mostReaders).map(({ address }) => address)
  const name = comparable(from[0]?.name ?? '')
  const comparableSubject = comparable(subject)
  const text = `${comparableSubject} ${view.comparable.slice(0, 3_000)}`
  return {
    'url.count': web.length,
    'url.domains': new Set(web.map(({ domain }) => domain)).size,
    'url.address': web.filter(({ host }) => /^\d{1,3}(?:\.\d{1,3}){3}$|^\[|^0x[0-9a-f]+$|^\d{8,10}$/.test(host)).length,
    'url.port': web.filter(({ port }) => port !== '' && port !== '80' && port !== '443').length,
    'url.user': web.filter(({ user }) => user !== '').length,
    'url.international': web.filter(({ host }) => host.includes('xn--') || !isAsciiText(host)).length,
    'url.escaped-host': web.filter(({ host }) => host.includes('%')).length,
    'url.escaped': web.filter(({ rest }) => /(?:%[46-7][0-9a-f]|%5[0-9a]|%3[0-9]){3}/i.test(rest)).length,
    'url.long': web.filter(({ host, rest }) => host.length + rest.length > 250).length,
    'url.deep': web.filter(({ host }) => host.split('.').length > 4).length,
    'url.hyphens': web.filter(({ host }) => host.split('-').length > 3).length,
    'url.digits': web.filter(({ domain }) => (domain.match(/\d/g) ?? []).length >= 3 && !/^[\d.]+$/.test(domain)).length,
    'url.random': web.filter(({ domain }) => /[bcdfghjklmnpqrstvwxz]{6}|[a-z]\d[a-z]\d|^[a-z0-9]{20,}\./.test(domain)).length,
    'url.executable': web.filter(({ rest }) => /\.(?:exe|scr|pif|com|bat|cmd|vbs|js|jar|msi|hta|lnk|iso|img|apk)(?:[?#]|$)/i.test(rest)).length,
    'url.archive': web.filter(({ rest }) => /\.(?:zip|rar|7z|gz|cab|ace)(?:[?#]|$)/i.test(rest)).length,
    'url.php': web.filter(({ rest }) => /\.(?:php|cgi|asp)\b/i.test(rest)).length,
    'url.redirect': web.filter(({ rest }) => /[?&=/](?:https?:|https?%3a)\/?/i.test(rest)).length,
    'url.reader': web.filter(({ rest }) => namesReader(rest.toLowerCase(), addresses)).length,
    'url.cms-path': web.filter(({ rest }) => /\/(?:wp-(?:content|includes|admin)|\.well-known|components\/com_|cgi-bin|~\w+)\//i.test(rest)).length,
    'url.plain': web.filter(({ scheme }) => scheme === 'http').length,
    'url.data': html.links.filter(({ href }) => /^\s*(?:data|javascript|vbscript):/i.test(href)).length,
    'url.foreign': web.length === 0 || organisation === '' ? 0 : web.filter(({ domain }) => domain !== organisation).length / web.length,
    'url.brand': web.filter(looksLikeBrand).length,
    'url.false-text': html.links.filter(leadsElsewhere).length,
    'url.only-one': flag(html.links.length === 1 && view.words.length < 60),
    'url.mail-to-free': html.links.filter(({ href }) => /^mailto:[^?]*@(?:gmail|hotmail|yahoo|outlook|aol)\./i.test(href)).length,
    'brand.name': flag(impersonates(name, organisation)),
    'brand.subject': flag(impersonates(comparableSubject, organisation)),
    'brand.text': flag(impersonates(text, organisation)),
    'brand.links': flag(brandLinks(text, organisation, web)),
  }
}

/** The address stands in the link as it is, or coded. */
function namesReader(rest: string, addresses: readonly string[]): boolean {
  return addresses.some((address) => address.length > 6 && (rest.includes(address) || rest.includes(address.replace('@', '%40'))))
}

/** A brand is named as a word of its own, and the organisation that writes is not it. */
function impersonates(text: string, organisation: string): boolean {
  return organisation !== '' && brandIn(text, organisation) !== undefined
}

const anyBrand = new RegExp(`(?<![a-z0-9-])(?:${[...brands.keys()].join('|')})(?![a-z0-9-])`, 'g')

/** Domains of the first brand that a comparable text names and that the organisation is not. */
function brandIn(text: string, organisation: string): readonly string[] | undefined {
  for (const [brand] of text.matchAll(anyBrand)) {
    const domains = brands.get(brand) ?? []
    if (!domains.includes(organisation) && labelOf(organisation) !== labelOf(domains[0])) return domains
  }
  return undefined
}

function labelOf(domain = ''): string {
  return domain.slice(0, Math.max(0, domain.indexOf('.')))
}

/** The text speaks of a brand, and no link that is to be clicked leads to it. */
function brandLinks(text: string, organisation: string, web: readonly Url[]): boolean {
  const domains = brandIn(text, organisation)
  return domains !== undefined && web.length > 0 && !web.some(({ domain }) => domains.includes(domain))
}

/** Labels long enough not to stand in other names by chance. */
const brandLabels = new Map([...brands.values()].map((domains) => [labelOf(domains[0]), domains] as const).filter(([label]) => label.length >= 5))
const anyLabel = new RegExp([...brandLabels.keys()].join('|'))

/** A brand's label inside a host that is not the brand's: `paypal.com.secure.example`, `paypa1.example`. */
function looksLikeBrand({ host, domain }: Url): boolean {
  const drawn = comparable(host).replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('rn', 'm').replaceAll('vv', 'w')
  const [label] = anyLabel.exec(drawn) ?? []
  return label !== undefined && brandLabels.get(label)?.includes(domain) !== true && labelOf(domain) !== label
}

/** The text shows one address, and the link leads to another organisation. */
function leadsElsewhere({ href, text }: Link): boolean {
  const shown = /^(?:https?:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/:?]|$)/i.exec(text)?.[1]
  if (shown === undefined || text.length > 200) return false
  const target = readUrl(href)
  return target !== undefined && target.domain !== domainOf(shown.toLowerCase())
}

function flag(condition: boolean): 0 | 1 {
  return condition ? 1 : 0
}
