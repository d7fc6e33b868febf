import type { SpecialUse } from '../store/mailbox.ts'
import { Refused } from './outcome.ts'

/** The one use that a mailbox is to have (RFC 6154 3, 4); undefined: none. @throws Refused where it cannot be had */
export function oneUse(uses: readonly (SpecialUse | undefined)[]): SpecialUse | undefined {
  if (uses.length > 1 || uses.includes(undefined)) throw new Refused('USEATTR', 'that special use cannot be had')
  const [use] = uses
  if (use === '\\All' || use === '\\Flagged') throw new Refused('USEATTR', 'a mailbox of that use is not one to put mail into')
  return use
}
