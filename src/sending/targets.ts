import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import type { SmartHost } from '../relay/relay.ts'
import type { Trouble } from '../queue/trouble.ts'
import { findMailHosts, type MailHost, type MailHosts, type MailHostsOptions, smartHost } from '../smtp/client/mail-hosts.ts'
import type { MtaSts, PolicyFault } from '../smtp/client/mta-sts.ts'
import type { MtaStsPolicy } from '../smtp/client/mta-sts-policy.ts'
import { sendingLimits } from './limits.ts'
import type { Route } from './routes.ts'

/** Who takes mail for a destination. Messages for targets of one key share sessions. */
export interface Target {
  readonly key: string
  readonly hosts: readonly MailHost[]
  readonly port: number
  /** The recipients' domain: what policies and reports of TLS go by. Undefined: a smart host is asked, or an address literal. */
  readonly domain: string | undefined
  readonly sts: MtaStsPolicy | undefined
  /** There is a policy, and it could not be had. */
  readonly stsFault?: PolicyFault | undefined
  /** Whoever sends for us, where it is not the destination's hosts that are asked. */
  readonly smartHost?: SmartHost | undefined
}

/** Nobody takes it, or nobody can tell. */
export interface NoTarget {
  readonly trouble: Trouble
  readonly lasting: boolean
}

export interface TargetsOptions extends MailHostsOptions {
  readonly clock: Clock
  readonly mtaSts: Pick<MtaSts, 'policy'>
  /** Of other mail servers: 25. */
  readonly port: number
}

/** Finds targets, and remembers them for a moment: a thousand messages for one destination ask once. */
export class Targets {
  readonly #options: TargetsOptions
  readonly #known = new LRUCache<string, { readonly found: Promise<Target | NoTarget>; readonly untilMs: number }>({ max: sendingLimits.targets })

  constructor(options: TargetsOptions) {
    this.#options = options
  }

  /** Never rejects, as the resolver and the policies do not. */
  of(destination: string, route: Route): Promise<Target | NoTarget> {
    const key = route.smartHost === undefined ? destination : `smart ${route.smartHost.host}:${route.smartHost.port}`
    const nowMs = this.#options.clock.now()
    const known = this.#known.get(key)
    if (known !== undefined && nowMs < known.untilMs) return known.found
    const found = route.smartHost === undefined ? this.#find(destination) : this.#findSmartHost(key, route.smartHost)
    this.#known.set(key, { found, untilMs: nowMs + sendingLimits.targetMs })
    // Failures are remembered by the resolver, as long as it thinks fit.
    void found.then((target) => {
      if ('trouble' in target && !target.lasting) this.#known.delete(key)
    })
    return found
  }

  async #find(destination: string): Promise<Target | NoTarget> {
    const isLiteral = destination.startsWith('[')
    const [found, known] = await Promise.all([findMailHosts(destination, this.#options), isLiteral ? undefined : this.#options.mtaSts.policy(destination)])
    if (found.status !== 'hosts') return troubleOf(found, destination)
    const sts = known?.policy
    const names = found.hosts.map(({ name, addresses }) => (name === '' ? addresses.join() : name)).sort()
    // Under a policy that is enforced, sessions of others, who ask for less, are not good enough.
    const key = sts?.mode === 'enforce' ? `${names.join()} for ${destination}` : names.join()
    return { key, hosts: found.hosts, port: this.#options.port, domain: isLiteral ? undefined : destination, sts, stsFault: known?.fault }
  }

  async #findSmartHost(key: string, smart: SmartHost): Promise<Target | NoTarget> {
    const { host, port } = smart
    const found = await smartHost(host, this.#options)
    if (found.status !== 'hosts') return { ...troubleOf(found, host), lasting: false }
    return { key, hosts: found.hosts, port, domain: undefined, sts: undefined, smartHost: smart }
  }
}

function troubleOf(found: Exclude<MailHosts, { status: 'hosts' }>, domain: string): NoTarget {
  if (found.status === 'failed') return { trouble: { by: 'us', what: 'dns', enhanced: '4.4.3', detail: `${domain}: ${found.why}` }, lasting: false }
  const whats = { 'no such domain': 'no-such-domain', 'null MX': 'takes-no-mail', 'no address': 'takes-no-mail', 'it is us': 'loop' } as const
  return { trouble: { by: 'us', what: whats[found.why], enhanced: found.enhanced, detail: `${domain}: ${found.why}` }, lasting: true }
}
