import { formatTlsAssociation } from '../smtp/client/dane.ts'
import type { PolicyFault } from '../smtp/client/mta-sts.ts'
import type { MtaStsPolicy } from '../smtp/client/mta-sts-policy.ts'
import type { ReportedPolicy, TlsObservation } from '../tlsrpt/tls-report.ts'
import type { TlsOutcome } from './opener.ts'

/** A session as TLS-RPT counts it (RFC 8460); undefined: there is no domain to tell. */
export function observe({ target: { domain, sts, stsFault }, host, ip, localIp, way, tlsa, failure, detail }: TlsOutcome): TlsObservation | undefined {
  if (domain === undefined) return undefined
  // The session went as if there were no policy: that is what its domain has to hear, however it went.
  if (way !== 'tlsa' && sts === undefined && stsFault !== undefined) return withoutPolicy(domain, stsFault)
  return {
    policy: way === 'tlsa' ? { type: 'tlsa', strings: tlsa.map(formatTlsAssociation), domain, mxHosts: [host.name] } : policyOf(sts, domain),
    failure: failure && { result: failure, sendingIp: localIp, mxHost: host.name, receivingIp: ip, detail: detail.slice(0, maxDetail) },
  }
}

/** RFC 8460 4.3.2.2. Nothing of the session belongs to it. */
function withoutPolicy(domain: string, { result, detail }: PolicyFault): TlsObservation {
  return {
    policy: { type: 'sts', strings: [], domain, mxHosts: [] },
    failure: { result, sendingIp: undefined, mxHost: undefined, receivingIp: undefined, detail: detail.slice(0, maxDetail) },
  }
}

/** UTF-16 units: a certificate's names can stand in it. */
const maxDetail = 200

function policyOf(sts: MtaStsPolicy | undefined, domain: string): ReportedPolicy {
  if (sts === undefined || sts.mode === 'none') return { type: 'no-policy-found', strings: [], domain, mxHosts: [] }
  const strings = ['version: STSv1', `mode: ${sts.mode}`, ...sts.mx.map((name) => `mx: ${name}`), `max_age: ${sts.maxAgeSeconds}`]
  return { type: 'sts', strings, domain, mxHosts: sts.mx }
}
