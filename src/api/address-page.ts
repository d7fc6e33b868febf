import { nearest } from '../base/nearest.ts'
import { type AddressListing, listAddresses } from '../directory/query/address-page.ts'
import { listDomains } from '../directory/query/listings.ts'
import type { AddressKind } from '../directory/recipient.ts'
import type { OperationContext } from './context.ts'
import { directoryRefused } from './directory-refused.ts'
import { mostRows, pageOf } from './page.ts'
import { reachOf } from './principal.ts'
import { readDomain } from './reading.ts'

interface Wanted {
  readonly kind?: AddressKind | undefined
  readonly domain?: string | undefined
  readonly contains?: string | undefined
  readonly limit?: number | undefined
  readonly after?: string | undefined
}

/** Addresses within reach of the one who asks. */
export async function addressPage(
  { directory, principal }: OperationContext,
  { kind, domain: text, contains, ...page }: Wanted,
): Promise<{ readonly addresses: readonly AddressListing[]; readonly next: string | undefined }> {
  const reach = reachOf(principal)
  const domain = text === undefined ? undefined : readDomain('domain', text)
  const found = await directory.query(listAddresses, { reach, kind, domain, contains, ...pageOf(page) })
  if (domain !== undefined && found.addresses.length === 0) {
    // An empty list should not be a misspelt domain's.
    const names = (await directory.query(listDomains, { reach, after: '', limit: mostRows })).domains.map((one) => one.domain)
    const { domains } = await directory.query(listDomains, { reach, contains: domain, after: '', limit: mostRows })
    if (!domains.some((one) => one.domain === domain)) {
      throw directoryRefused({ code: 'unknown', thing: 'domain', name: domain, near: nearest(domain, names) }, 'domain')
    }
  }
  return found
}
