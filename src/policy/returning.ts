import { mergeSettings } from '../directory/address-settings.ts'
import type { AddressSettings, Recipient } from '../directory/recipient.ts'
import type { Address } from '../mail/address.ts'
import type { Door } from './dependencies.ts'

/** What an address that forwarded mail goes out with (mail/srs.ts) leads to: what comes back. */
export type Returning =
  /** Nobody's, too old, or made up. */
  | 'unknown'
  /** Only what goes wrong is told that way, by `<>`: with a leaked one nobody writes to the sender through us. */
  | 'notices only'
  /** To the sender of what was forwarded. */
  | { readonly sender: Address; readonly elsewhere: Recipient }

/** Undefined: it is no such address, or not of a domain of ours. */
export async function returningTo(door: Door, address: Address, isNotice: boolean): Promise<Returning | undefined> {
  if (!srsForm.test(address.localPart)) return undefined
  // Each domain of ours has this one.
  const domain = await door.directory.resolve({ localPart: 'postmaster', domain: address.domain })
  if (domain.found === undefined) return undefined
  const sender = door.returnPaths.back(address)
  if (sender === undefined) return 'unknown'
  if (!isNotice) return 'notices only'
  const { domainId, customerId } = domain.found
  const settings = { ...noticeSettings, reverseLookup: door.directory.settings['reverse-lookup'] }
  return {
    sender,
    elsewhere: { addressId: 0, address, kind: 'forward', domainId, customerId, settings, targets: [], elsewhere: [sender], lists: [], alwaysAccepted: false },
  }
}

const srsForm = /^srs[01][=+-]/i

/**
 * Who knows such an address got mail from us, so it need not wait. What comes by it is a notice, which often has the text in it that it is about: nobody
 * judges that twice.
 */
export const noticeSettings: AddressSettings = {
  ...mergeSettings('forward', []),
  greylisting: false,
  spamLevel: 'off',
  block: [],
  allowOnly: [],
  letThrough: [],
}
