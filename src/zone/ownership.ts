import { createHmac } from 'node:crypto'
import type { ZoneRecord } from './record.ts'

/** 128 bits: nobody guesses it, and it is short enough to be copied by hand. */
const proofBytes = 16

/**
 * The record by which a customer shows that a domain is theirs: only who runs its zone can set it, and it is of use to this customer alone. `key`: of the
 * installation.
 */
export function ownershipRecord(domain: string, customerId: number, key: Uint8Array): ZoneRecord {
  const proof = createHmac('sha256', key).update(`${customerId} ${domain}`).digest().subarray(0, proofBytes).toString('base64url')
  return { name: `_posthorn.${domain}`, type: 'TXT', value: `posthorn-domain=${proof}` }
}
