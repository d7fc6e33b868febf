import { parseIp } from '../../mail/ip.ts'
import type { AuthenticationInput, SpfFinding } from '../authentication.ts'
import type { BoundedDns } from '../dns.ts'
import { canonicalName } from '../../dns/name.ts'
import { checkHost } from './check-host.ts'

/** SPF of the reverse-path; where that is null, of the EHLO name (RFC 7208 2.4). */
export async function spf(input: Omit<AuthenticationInput, 'message'>, dns: BoundedDns): Promise<SpfFinding> {
  const { reversePath, helo, hostName, nowMs } = input
  const identity = reversePath === null ? 'helo' : 'mailfrom'
  const { localPart, domain } = reversePath ?? { localPart: 'postmaster', domain: helo }
  const finding = { identity, domain: canonicalName(domain) ?? '' } as const
  const ip = parseIp(input.clientIp)
  if (ip === undefined) return { ...finding, result: 'none' }
  return { ...finding, ...(await checkHost({ ip, helo, localPart, domain, hostName, nowMs }, dns)) }
}
