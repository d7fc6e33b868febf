import { createHash, X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { TlsAssociation } from '../../dns/answer.ts'
import type { Resolver } from '../../dns/resolver.ts'
import type { MailHost } from './mail-hosts.ts'

/** Certificates of a chain that are looked at. */
const maxChain = 10
/** RFC 7671 10.1.1: more records than a rollover needs. */
const maxAssociations = 20

/**
 * What the DNS says of a host's certificates (RFC 7672 2.2). `none`: nothing that DNSSEC vouches for, so DANE has no say. `required`: TLS, and one of these
 * must match; with none usable TLS is still required, unauthenticated (2.2, "unusable"). `failed`: nobody can tell, so no mail goes there now.
 */
export type DanePolicy =
  | { readonly status: 'none' }
  | {
      readonly status: 'required'
      readonly usable: readonly TlsAssociation[]
      /** Where the records stand (TLSA base domain): the name that TLS asks for. */
      readonly domain: string
      /** Those that a certificate may be for where names matter: that one, the host's, the mail domain's (RFC 7672 3.2.2). */
      readonly names: readonly string[]
    }
  | { readonly status: 'failed' }

export interface DaneHost extends Pick<MailHost, 'name' | 'alias'> {
  readonly port: number
  /** The domain that mail is for, where it is one. */
  readonly mailDomain: string | undefined
}

/** Asks for `_25._tcp.HOST`, first where a CNAME led to; only for hosts whose addresses DNSSEC vouches for (RFC 7672 2.2.1, 2.2.2). */
export async function danePolicy({ name, alias, port, mailDomain }: DaneHost, resolver: Pick<Resolver, 'lookup'>): Promise<DanePolicy> {
  for (const domain of alias === undefined ? [name] : [alias, name]) {
    const answer = await resolver.lookup(`_${port}._tcp.${domain}`, 'TLSA')
    if (answer.status === 'failed') return { status: 'failed' }
    if (answer.status === 'none' || !answer.authenticated) continue
    const names = [domain, name, ...(mailDomain === undefined ? [] : [mailDomain])]
    return { status: 'required', usable: answer.records.slice(0, maxAssociations).filter(isUsable), domain, names }
  }
  return { status: 'none' }
}

/** What is wrong with the certificate of this server, in words for the log; undefined: one association matches. */
export function daneRefusal({ usable, domain, names }: Extract<DanePolicy, { status: 'required' }>, secure: TLSSocket, nowMs: number): string | undefined {
  if (usable.length === 0) return undefined
  const chain = chainOf(secure)
  const [leaf] = chain
  if (leaf === undefined) return 'DANE: the server has no certificate'
  for (const association of usable) {
    // DANE-EE(3): the server's own certificate; neither names nor dates nor issuers matter (RFC 7672 3.1.1).
    if (association.usage === 3 && matches(association, leaf)) return undefined
    if (association.usage === 2 && trusts(association, chain, { names, nowMs })) return undefined
  }
  return `DANE: no TLSA record of ${domain} matches the server's certificate`
}

/** As a zone file has it (RFC 6698 2.2). */
export function formatTlsAssociation({ usage, selector, matchingType, data }: TlsAssociation): string {
  return `${usage} ${selector} ${matchingType} ${Buffer.from(data).toString('hex').toUpperCase()}`
}

/** PKIX-TA(0) and PKIX-EE(1) are not for SMTP (RFC 7672 3.1.3). */
function isUsable({ usage, selector, matchingType, data }: TlsAssociation): boolean {
  const lengths = [undefined, 32, 64]
  const fits = matchingType === 0 ? data.length > 0 : data.length === lengths[matchingType]
  return (usage === 2 || usage === 3) && (selector === 0 || selector === 1) && fits
}

function matches({ selector, matchingType, data }: TlsAssociation, certificate: X509Certificate): boolean {
  const octets = selector === 0 ? certificate.raw : certificate.publicKey.export({ type: 'spki', format: 'der' })
  const found =
    matchingType === 0
      ? octets
      : createHash(matchingType === 1 ? 'sha256' : 'sha512')
          .update(octets)
          .digest()
  return Buffer.compare(found, data) === 0
}

/** DANE-TA(2): the chain leads to a certificate that matches; names and dates count (RFC 7672 3.1.2). */
function trusts(
  association: TlsAssociation,
  chain: readonly X509Certificate[],
  { names, nowMs }: { readonly names: readonly string[]; readonly nowMs: number },
): boolean {
  const anchor = chain.findIndex((certificate, depth) => depth > 0 && certificate.ca && matches(association, certificate))
  if (anchor < 0 || !names.some((name) => chain[0]?.checkHost(name) !== undefined)) return false
  return chain.slice(0, anchor + 1).every((certificate, depth) => {
    const issuer = chain[depth + 1]
    const signed = depth === anchor || (issuer !== undefined && issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey))
    return signed && Date.parse(certificate.validFrom) <= nowMs && nowMs <= Date.parse(certificate.validTo)
  })
}

/** As the server sent it, its own first. */
function chainOf(secure: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = []
  let detailed = secure.getPeerCertificate(true)
  // At the end Node lets a self-signed one be its own issuer.
  while (detailed?.raw !== undefined && chain.length < maxChain) {
    chain.push(new X509Certificate(detailed.raw))
    if (detailed.issuerCertificate === undefined || detailed.issuerCertificate === detailed) break
    detailed = detailed.issuerCertificate
  }
  return chain
}
