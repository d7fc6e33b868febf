import { registrableDomain } from '../../mail/public-suffix.ts'
import { viewLimits } from './limits.ts'

/** An address of the web that a message names. */
export interface Url {
  readonly scheme: string
  /** What stands before an @, which browsers hide: `https://bank.example@evil.example/`. */
  readonly user: string
  /** In lower case, without port and the root's dot. */
  readonly host: string
  /** The registrable domain (Public Suffix List); an IP address, or what has none, is itself. */
  readonly domain: string
  readonly port: string
  /** Path, query and fragment as written. */
  readonly rest: string
}

const form = /^([a-z][a-z0-9+.-]{1,9}):\/{1,3}(?:([^/?#@\s]{0,200})@)?(\[[0-9a-f:.]{2,60}\]|[^/?#:@\s]{1,255})(?::(\d{0,5}))?([/?#]\S{0,2000})?/i

/** undefined: it is none that leads to a host. */
export function readUrl(written: string): Url | undefined {
  const found = form.exec(written.slice(0, viewLimits.urlCharacters).trim().replace(/\\/g, '/'))
  if (found === null) return undefined
  const [, scheme = '', user = '', host = '', port = '', rest = ''] = found
  const plain = host.toLowerCase().replace(/\.$/, '')
  return { scheme: scheme.toLowerCase(), user, host: plain, domain: domainOf(plain), port, rest }
}

/** Messages name the same hosts again and again. */
const domains = new Map<string, string>()
const mostDomains = 10_000

/** The registrable domain of a host name, or the name itself. */
export function domainOf(host: string): string {
  const known = domains.get(host)
  if (known !== undefined) return known
  if (domains.size >= mostDomains) domains.clear()
  const domain = registrableDomain(host) ?? host
  domains.set(host, domain)
  return domain
}

/** Addresses in plain text: with a scheme, or `www.`. */
export function* urlsInText(text: string): Generator<string> {
  let count = 0
  for (let at = nextUrl(text, 0); at >= 0 && count < viewLimits.urls; count += 1) {
    let end = at
    while (end < text.length && end - at < viewLimits.urlCharacters && !endsUrl(text.charCodeAt(end))) end += 1
    const written = text.slice(at, end)
    yield written.startsWith('w') || written.startsWith('W') ? `http://${written}` : written
    at = nextUrl(text, Math.max(end, at + 4))
  }
}

function nextUrl(text: string, from: number): number {
  const begin = /https?:\/\/|\bwww\.[a-z0-9]/gi
  begin.lastIndex = from
  return begin.exec(text)?.index ?? -1
}

function endsUrl(code: number): boolean {
  return code <= 0x20 || code === 0x22 || code === 0x3c || code === 0x3e || code === 0x29 || code === 0x5d || code === 0x7d || code === 0xa0
}
