import { createHash } from 'node:crypto'
import type { StsMode } from './setup.ts'

/** How long others keep the policy (RFC 8461 3.2 wants weeks): so long a host that is taken off the list must still be there. */
const maxAgeSeconds = 14 * 86_400

/** The policy that we serve for each domain of ours (RFC 8461 3.2); undefined: none. */
export function stsPolicy(mode: StsMode, hostName: string): string | undefined {
  if (mode === 'off') return undefined
  return ['version: STSv1', `mode: ${mode}`, `mx: ${hostName}`, `max_age: ${maxAgeSeconds}`, ''].join('\r\n')
}

/** Moves with the policy, as others fetch it again when the id has changed (RFC 8461 3.1). */
export function stsPolicyId(policy: string): string {
  return createHash('sha256').update(policy).digest('hex').slice(0, 16)
}
