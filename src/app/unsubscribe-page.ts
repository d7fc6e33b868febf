import { unsubscribePath } from '../http/unsubscribe.ts'
import { type Address, formatAddress } from '../mail/address.ts'
import { httpsOrigin, type Place } from './https-origin.ts'

/** Where a member leaves a list by one click; undefined where nobody listens for HTTPS. */
export function unsubscribePage(by: Address, place: Place): string | undefined {
  const origin = httpsOrigin(place)
  return origin && `${origin}${unsubscribePath}${encodeURIComponent(formatAddress(by))}`
}
