import { type AddressItem, readAddressList } from './address-list.ts'
import { fields } from './header-section.ts'
import { messageLimits } from './limits.ts'
import { octetsToText } from './octets.ts'
import { type Address, formatAddress, parseAddress } from '../mail/address.ts'

/** `none`: no From field, or an empty one. `several`: more than one From field (RFC 5322 3.6 permits one). `unreadable`: something in it is no address. */
export type AuthorFault = 'none' | 'several' | 'unreadable'

export interface Authors {
  /** All that can be read: whoever is shown must be found on a block list, however many others stand beside. */
  readonly authors: readonly Address[]
  /** Set: they are not just the authors of a proper message. An allow list must not be passed by hiding one. */
  readonly fault: AuthorFault | undefined
}

/** Who the message says it is from: every address of From (RFC 5322 3.6.2), groups included. */
export function author(headerSection: Uint8Array): Authors {
  const values = fields(headerSection, 'from')
  const authors: Address[] = []
  let fault: AuthorFault | undefined = values.length > 1 ? 'several' : undefined
  for (const item of itemsOf(values)) {
    if (item.kind !== 'address') continue
    const address = item.domain === undefined ? undefined : readAddress(item.localPart, item.domain)
    if (address === undefined) fault ??= 'unreadable'
    else authors.push(address)
  }
  if (authors.length === 0) fault ??= 'none'
  return { authors, fault }
}

/** As many as one field may hold: past them nobody looks. */
function* itemsOf(values: readonly string[]): Generator<AddressItem> {
  let left: number = messageLimits.addresses
  for (const value of values) {
    for (const item of readAddressList(value)) {
      if (--left < 0) return
      yield item
    }
    // An empty field costs something as well.
    if (--left < 0) return
  }
}

/** The root's dot behind a domain is no part of it, but it is shown, and answered to. */
function readAddress(localPart: string, domain: string): Address | undefined {
  return parseAddress(formatAddress({ localPart: octetsToText(localPart), domain: octetsToText(domain).replace(/\.$/, '') }))
}
