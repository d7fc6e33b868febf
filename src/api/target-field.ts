import type { DirectoryRefusal } from '../directory/refusal.ts'
import { type Address, formatAddress } from '../mail/address.ts'

/** Which field of the input a refusal is about, where an address gets targets. */
export function targetField(refusal: DirectoryRefusal, address: Address): 'to' | 'address' {
  switch (refusal.code) {
    case 'target-elsewhere':
    case 'target-loop':
    case 'one-target':
      return 'to'
    case 'unknown':
      return refusal.thing === 'address' && refusal.name !== formatAddress(address) ? 'to' : 'address'
    default:
      return 'address'
  }
}
