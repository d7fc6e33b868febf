import { readAddressList } from './address-list.ts'
import { fields } from './header-section.ts'
import { octetsToText } from './octets.ts'
import { type Address, formatAddress, parseAddress } from '../mail/address.ts'

/** `none`: no From field, or an empty one. `several`: more than one From field (RFC 5322 3.6 permits one). `unreadable`: something in it is no address. */
export type AuthorFault = 'none' | 'several' | 'unreadable'

export type Authors = { readonly authors: readonly [Address, ...Address[]] } | { readonly authors?: never; readonly fault: AuthorFault }

/** Who the message says it is from: every address of From (RFC 5322 3.6.2), groups included. All of them, or a reason: lists must not be passed by hiding one. */
export function author(headerSection: Uint8Array): Authors {
  const [value, second] = fields(headerSection, 'from')
  if (second !== undefined) return { fault: 'several' }
  if (value === undefined) return { fault: 'none' }
  const authors: Address[] = []
  for (const item of readAddressList(value)) {
    if (item.kind !== 'address') continue
    const address =
      item.domain === undefined ? undefined : parseAddress(formatAddress({ localPart: octetsToText(item.localPart), domain: octetsToText(item.domain) }))
    if (address === undefined) return { fault: 'unreadable' }
    authors.push(address)
  }
  const [first, ...others] = authors
  return first === undefined ? { fault: 'none' } : { authors: [first, ...others] }
}
