import { LRUCache } from 'lru-cache'
import type { Clock } from '../../base/clock.ts'
import type { Resolver } from '../../dns/resolver.ts'
import { type Outside, OutsideFailed } from '../../outside/outside.ts'
import { type MtaStsPolicy, readMtaStsPolicy, readMtaStsRecord } from './mta-sts-policy.ts'

/** RFC 8461 3.3 advises a minute and 64 kB. */
const fetchMs = 60_000
const maxPolicyOctets = 64 * 1024
/** Domains that are remembered; some 500 bytes each. */
const maxDomains = 20_000
/** A policy that could not be fetched is not asked for again at once (RFC 8461 3.3). */
const failureMs = 300_000

/** What one domain's policy is, as it was found out; kept over a restart by whoever hands it in again. */
export interface KnownPolicy {
  readonly id: string
  readonly policy: MtaStsPolicy
  readonly expiresAtMs: number
}

/** A domain has a policy, and it could not be had: as TLS-RPT calls it (RFC 8460 4.3.2.2), and in words. */
export interface PolicyFault {
  readonly result: 'sts-policy-fetch-error' | 'sts-policy-invalid' | 'sts-webpki-invalid'
  readonly detail: string
}

/** What is known of a domain's policy. */
export interface PolicyFound {
  /** In force now; undefined: none. With a fault it is an older one. */
  readonly policy: MtaStsPolicy | undefined
  readonly fault: PolicyFault | undefined
}

/** Where policies survive a restart: one that is known protects against somebody who hides the record (RFC 8461 10.2). */
export interface PolicyStore {
  load(domain: string): Promise<KnownPolicy | undefined>
  save(domain: string, known: KnownPolicy): Promise<void>
}

export interface MtaStsOptions {
  readonly resolver: Pick<Resolver, 'lookup'>
  readonly clock: Clock
  readonly store: PolicyStore
  readonly outside: Pick<Outside, 'request'>
  /** For tests: where policies are served; default 443. */
  readonly port?: number
}

/** Policies of the domains that mail goes to (RFC 8461). Never rejects: what cannot be found out is no policy, unless one is known already. */
export class MtaSts {
  readonly #options: MtaStsOptions
  readonly #known = new LRUCache<string, KnownPolicy>({ max: maxDomains })
  readonly #failed = new LRUCache<string, { readonly atMs: number; readonly fault: PolicyFault }>({ max: maxDomains })
  readonly #underWay = new Map<string, Promise<PolicyFound>>()

  constructor(options: MtaStsOptions) {
    this.#options = options
  }

  /** For mail to this domain now. */
  policy(domain: string): Promise<PolicyFound> {
    const same = this.#underWay.get(domain)
    if (same !== undefined) return same
    const found = this.#find(domain).finally(() => this.#underWay.delete(domain))
    this.#underWay.set(domain, found)
    return found
  }

  async #find(domain: string): Promise<PolicyFound> {
    const { resolver, clock, store } = this.#options
    const nowMs = clock.now()
    const last = this.#known.get(domain) ?? (await store.load(domain).catch(() => undefined))
    const known = last !== undefined && last.expiresAtMs > nowMs ? last : undefined
    if (known !== undefined) this.#known.set(domain, known)
    const answer = await resolver.lookup(`_mta-sts.${domain}`, 'TXT')
    const id = answer.status === 'found' ? readMtaStsRecord(answer.records) : undefined
    // Without a record what is known stays in force until it expires (RFC 8461 5.1).
    if (id === undefined || id === known?.id) return { policy: known?.policy, fault: undefined }
    const failed = this.#failed.get(domain)
    if (failed !== undefined && nowMs - failed.atMs < failureMs) return { policy: known?.policy, fault: failed.fault }
    const fetched = await this.#fetch(domain)
    if ('result' in fetched) {
      this.#failed.set(domain, { atMs: nowMs, fault: fetched })
      return { policy: known?.policy, fault: fetched }
    }
    const fresh = { id, policy: fetched, expiresAtMs: nowMs + fetched.maxAgeSeconds * 1000 }
    this.#known.set(domain, fresh)
    await store.save(domain, fresh).catch(() => undefined)
    return { policy: fetched, fault: undefined }
  }

  /** Over HTTPS with a certificate of the Web's authorities, no redirects (RFC 8461 3.3). */
  async #fetch(domain: string): Promise<MtaStsPolicy | PolicyFault> {
    const { outside, port = 443 } = this.#options
    const url = URL.parse(`https://mta-sts.${domain}:${port}/.well-known/mta-sts.txt`)
    if (url === null) return { result: 'sts-policy-fetch-error', detail: `no address of mta-sts.${domain}` }
    try {
      const { status, headers, octets } = await outside.request(url, { headers: { accept: 'text/plain' }, timeoutMs: fetchMs, maxOctets: maxPolicyOctets })
      const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
      if (status !== 200 || type !== 'text/plain') return { result: 'sts-policy-fetch-error', detail: `${status} ${type}` }
      return readMtaStsPolicy(octets.toString('utf8')) ?? { result: 'sts-policy-invalid', detail: 'it cannot be read' }
    } catch (err) {
      if (!(err instanceof OutsideFailed)) throw err
      return { result: err.failure === 'certificate' ? 'sts-webpki-invalid' : 'sts-policy-fetch-error', detail: err.message }
    }
  }
}
