import type { OperationContext } from './context.ts'
import { directoryRefused } from './directory-refused.ts'
import type { DirectoryRefusal } from '../directory/refusal.ts'
import { type Address, formatAddress } from '../mail/address.ts'

/** Targets must be here as long as nothing is sent to others. */
export async function targetsHere({ directory }: OperationContext, targets: readonly Address[]): Promise<void> {
  for (const target of targets) {
    if (!(await directory.isOurs(target.domain))) throw directoryRefused({ code: 'target-elsewhere', name: formatAddress(target) }, 'to')
  }
}

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
