import type { RelayClass } from '../mail/outgoing.ts'

/** One way out. */
export interface Relay {
  readonly name: string
  readonly way: RelayWay
  /** Its share beside others that could carry the same mail; 0: only when nobody else can. */
  readonly weight: number
  readonly classes: ReadonlySet<RelayClass>
  readonly warmUp: WarmUp
}

/**
 * `ip`: an address of this machine, which receivers know us by. `smart-host`: another server that sends for us (RFC 5598 2.2.2). `machine`: whatever address the system
 * chooses, where nobody has set up anything.
 */
export type RelayWay =
  | { readonly kind: 'ip'; readonly ip: string; readonly helloName: string }
  | { readonly kind: 'smart-host'; readonly smartHost: SmartHost }
  | { readonly kind: 'machine' }

export interface SmartHost {
  /** A name, or an IP address. */
  readonly host: string
  readonly port: number
  /** `opportunistic`: where it is offered. `required`: with a certificate that is good for `host`, by STARTTLS; `implicit`: the same from the first octet (RFC 8314 3). */
  readonly tls: 'opportunistic' | 'required' | 'implicit'
  readonly signIn: SmartHostSignIn | undefined
}

/** What SASL PLAIN or LOGIN sends. */
export interface SmartHostSignIn {
  readonly user: string
  readonly password: string
}

/** A new or returned address that sends much at once is taken for a stolen one: how much it may send, day after day. */
export interface WarmUp {
  /** Recipients on the first day; Infinity: no warm-up. */
  readonly firstDay: number
  /** Each day so many times the day before, ... */
  readonly growth: number
  /** ... until it has lasted so many days. */
  readonly days: number
}

/** 50, 100, 200 … 12,800 a day, then as many as there are: what large receivers advise. */
export const usualWarmUp: WarmUp = { firstDay: 50, growth: 2, days: 9 }

/** One listing, from the first time a list had it to the last (SPEC D3). */
export interface ListingCase {
  /** `host`: servers of one organisation say so, and no list that we could ask does. */
  readonly kind: 'list' | 'host'
  /** Zone of the list, or domain of the organisation. */
  readonly list: string
  readonly sinceMs: number
  /** When it was found or said last. */
  readonly heardAtMs: number
  /** When it was found gone; undefined: it is there. */
  readonly goneAtMs: number | undefined
  /** How much it weighs when all relays are listed somewhere. */
  readonly weight: number
  /** false: it is shown, and the relay stays in. */
  readonly withdraws: boolean
}

/** Who is listed: an IP address as lists know it; of a relay that has none of its own, its name. */
export function subjectOf({ name, way }: Pick<Relay, 'name' | 'way'>): string {
  return way.kind === 'ip' ? way.ip : name
}

/** The name of the relay that stands for the machine's own address, while none is set up. */
export const machineRelay = 'default'
