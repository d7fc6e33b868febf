import type { Resolver } from '../../dns/resolver.ts'
import { parseAddress } from '../../mail/address.ts'

/** Where somebody wants reports; a mail address takes so many octets at most, where it says so. */
export type ReportPlace = { readonly kind: 'mail'; readonly address: string; readonly mostOctets: number } | { readonly kind: 'https'; readonly url: string }

/** A record that names more has a mistake in it, or is an attack. */
const maxPlaces = 5
const maxUri = 500

/** `rua=` of TLSRPT, or the URIs of a DMARC record (RFC 9990 3.1): what is no place is passed over. */
export function readPlaces(uris: readonly string[]): ReportPlace[] {
  return uris.slice(0, maxPlaces).flatMap((uri): ReportPlace[] => {
    if (uri.length > maxUri) return []
    if (/^https:\/\//i.test(uri) && URL.canParse(uri)) return [{ kind: 'https', url: uri }]
    const [, encoded, size, unit] = /^mailto:([^?!]+)(?:!(\d{1,12})([kmgt]?))?(?:\?.*)?$/i.exec(uri) ?? []
    const address = encoded === undefined ? undefined : parsed(encoded)
    if (address === undefined) return []
    const factor = 1024 ** ['', 'k', 'm', 'g', 't'].indexOf((unit ?? '').toLowerCase())
    return [{ kind: 'mail', address, mostOctets: size === undefined ? Number.POSITIVE_INFINITY : Number(size) * factor }]
  })
}

function parsed(encoded: string): string | undefined {
  try {
    const text = decodeURIComponent(encoded)
    return parseAddress(text) === undefined ? undefined : text
  } catch {
    return undefined
  }
}

/** Where a domain wants reports about TLS (RFC 8460 3); none: it wants none. */
export async function tlsReportPlaces(domain: string, resolver: Pick<Resolver, 'lookup'>): Promise<ReportPlace[]> {
  const answer = await resolver.lookup(`_smtp._tls.${domain}`, 'TXT')
  const records = answer.status === 'found' ? answer.records.filter((text) => /^v=TLSRPTv1[ \t]*;/.test(text)) : []
  const [record] = records
  if (record === undefined || records.length > 1) return []
  const rua = record
    .split(';')
    .map((field) => /^[ \t]*rua[ \t]*=(.*)$/.exec(field)?.[1])
    .find((value) => value !== undefined)
  return readPlaces((rua ?? '').split(',').map((uri) => uri.trim()))
}

/**
 * Of the places that a DMARC record names, those that wish to get its reports: one of another organisation has to say so, or somebody could have us flood it
 * (RFC 9990 4, RFC 7489 7.1).
 */
export async function agreeingPlaces(
  domain: string,
  places: readonly ReportPlace[],
  { resolver, sameOrganisation }: { readonly resolver: Pick<Resolver, 'lookup'>; readonly sameOrganisation: (one: string, other: string) => Promise<boolean> },
): Promise<ReportPlace[]> {
  const agreed = await Promise.all(
    places.map(async (place) => {
      const host = place.kind === 'mail' ? (parseAddress(place.address)?.domain ?? '') : new URL(place.url).hostname
      if (await sameOrganisation(domain, host)) return true
      const answer = await resolver.lookup(`${domain}._report._dmarc.${host}`, 'TXT')
      return answer.status === 'found' && answer.records.some((text) => /^v=DMARC1[ \t]*(?:;|$)/.test(text))
    }),
  )
  return places.filter((_, at) => agreed[at])
}
