import type { TLSSocket } from 'node:tls'
import type { TlsAssociation } from '../dns/answer.ts'
import type { Resolver } from '../dns/resolver.ts'
import type { Way } from '../queue/queue.ts'
import { danePolicy, daneRefusal } from '../smtp/client/dane.ts'
import type { MailHost } from '../smtp/client/mail-hosts.ts'
import { policyNames } from '../smtp/client/mta-sts-policy.ts'
import type { TlsUse } from '../smtp/client/session.ts'
import type { Target } from './targets.ts'

/** What went wrong with TLS, as RFC 8460 4.3 calls it. */
export type TlsFailure =
  | 'starttls-not-supported'
  | 'certificate-host-mismatch'
  | 'certificate-expired'
  | 'certificate-not-trusted'
  | 'validation-failure'
  | 'tlsa-invalid'

/** How one host of a target is spoken to. */
export interface HostSecurity {
  readonly use: TlsUse
  readonly way: Way['tls']
  /** Where DANE decides: the records by which. */
  readonly tlsa: readonly TlsAssociation[]
  /** What of the certificate, once there is one: undefined: nothing is wrong with it. Also asked where nothing depends on it (testing mode). */
  readonly inspect: (secure: TLSSocket) => { readonly failure: TlsFailure; readonly detail: string } | undefined
}

/** Mail must not go to this host now. `counts`: as what TLS-RPT tells it; undefined: it is nothing that the other side has to hear of. */
export interface HostRefusal {
  readonly refused: string
  readonly counts: { readonly way: Way['tls']; readonly failure: TlsFailure } | undefined
}

/** What a message itself says of TLS (RFC 8689). */
export type TlsDemand = 'required' | 'no' | undefined

export interface SecurityOptions {
  readonly resolver: Pick<Resolver, 'lookup'>
  readonly nowMs: number
  /** RFC 8689: `required`: by a host that is who it says it is, in TLS; `no`: whatever policies say. */
  readonly demand: TlsDemand
}

/** What policies say of a host. */
export async function hostSecurity(
  host: MailHost,
  { domain, port, sts, smartHost }: Target,
  { resolver, nowMs, demand }: SecurityOptions,
): Promise<HostSecurity | HostRefusal> {
  const serverName = host.name
  if (smartHost !== undefined && smartHost.tls !== 'opportunistic') {
    return { use: required(smartHost.host, webRefusal, smartHost.tls), way: 'opportunistic', tlsa: [], inspect: webRefusal }
  }
  const requireTls = demand === 'required'
  if (demand === 'no') return { use: { use: 'opportunistic', serverName }, way: 'opportunistic', tlsa: [], inspect: () => undefined }
  const dane = host.authenticated ? await danePolicy({ ...host, port, mailDomain: domain }, resolver) : ({ status: 'none' } as const)
  if (dane.status === 'failed') return { refused: `the TLSA records of ${host.name} cannot be looked up`, counts: { way: 'tlsa', failure: 'tlsa-invalid' } }
  if (dane.status === 'required') {
    if (requireTls && dane.usable.length === 0) return { refused: `REQUIRETLS: ${host.name} has no TLSA record that can be used`, counts: undefined }
    const inspect: HostSecurity['inspect'] = (secure) => failed(daneRefusal(dane, secure, nowMs), 'validation-failure')
    return { use: required(dane.domain, inspect), way: 'tlsa', tlsa: dane.usable, inspect }
  }
  const named = sts !== undefined && sts.mode !== 'none' ? policyNames(sts, host.name) : undefined
  if (sts?.mode === 'enforce') {
    if (named !== true)
      return { refused: `MTA-STS: the policy of ${domain ?? ''} does not name ${host.name}`, counts: { way: 'sts', failure: 'validation-failure' } }
    return { use: required(serverName, webRefusal), way: 'sts', tlsa: [], inspect: webRefusal }
  }
  // The MX record itself has to be proven, by DNSSEC or a policy (RFC 8689 4.2.1).
  if (requireTls) {
    if (!host.authenticated) return { refused: 'REQUIRETLS: neither DNSSEC nor MTA-STS vouches for the name of the host', counts: undefined }
    return { use: required(serverName, webRefusal), way: 'opportunistic', tlsa: [], inspect: webRefusal }
  }
  const inspect: HostSecurity['inspect'] =
    named === undefined
      ? () => undefined
      : (secure) => (named ? webRefusal(secure) : { failure: 'validation-failure', detail: `the policy does not name ${host.name}` })
  return { use: { use: 'opportunistic', serverName }, way: 'opportunistic', tlsa: [], inspect }
}

function required(serverName: string, inspect: HostSecurity['inspect'], use: 'required' | 'implicit' = 'required'): TlsUse {
  return { use, serverName, refuse: (secure) => inspect(secure)?.detail }
}

function failed(detail: string | undefined, failure: TlsFailure): ReturnType<HostSecurity['inspect']> {
  return detail === undefined ? undefined : { failure, detail }
}

/** As a browser would see it (RFC 8461 4.1): names, dates, issuers. */
const webRefusal: HostSecurity['inspect'] = (secure) => {
  if (secure.authorized) return undefined
  const code = String(secure.authorizationError)
  return { failure: webFailures[code] ?? 'certificate-not-trusted', detail: `the certificate is not good: ${code}` }
}

const webFailures: Readonly<Record<string, TlsFailure>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-host-mismatch',
  CERT_HAS_EXPIRED: 'certificate-expired',
}
