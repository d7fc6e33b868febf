import type { RelayClass } from '../mail/outgoing.ts'
import type { RemoteReply } from '../mail/remote-reply.ts'
import type { SmartHost } from '../relay/relay.ts'

/** By which of our ways a message leaves. */
export interface Route {
  /** The relay's name, as journal and queue keep it. */
  readonly relay: string
  /** Where connections come from: IPv6 hosts are asked only from an IPv6 address, and so on. Undefined: the system's choice. */
  readonly localIp: string | undefined
  /** What EHLO says (RFC 5321 4.1.1.1). */
  readonly helloName: string
  /** Another server that sends for us: it is asked, and not the destination's hosts. */
  readonly smartHost?: SmartHost | undefined
}

/** What decides about the way. */
export interface RouteWish {
  readonly class: RelayClass
  /** An A-label, or an address literal with its brackets. */
  readonly destination: string
  /** Recipients of the transaction: a relay that warms up takes so many a day. */
  readonly recipients: number
  /** When the message was accepted: after `relay.patience` it goes by the least bad way rather than wait on. */
  readonly acceptedAtMs: number
  /** Relays on which it was refused for their being listed: another way is taken where there is one. */
  readonly listedRelays: ReadonlySet<string>
}

/** Whom something was said or handed to. */
export interface Receiver {
  readonly destination: string
  /** Name of the host; undefined: an address literal. */
  readonly host: string | undefined
}

/** Our ways out. Asked for each transaction, so it answers from memory. */
export interface Routes {
  /** `againAtMs`: nobody may carry it now; when to ask again. */
  route(wish: RouteWish): Route | { readonly againAtMs: number }
  /** Is a way that was given still the one to take? false: it was withdrawn meanwhile, and there is another, which `route` tells. */
  stands(relay: string, wish: { readonly class: RelayClass; readonly listedRelays: ReadonlySet<string> }): boolean
  /** So many recipients that a way was given to do not take it now. */
  released(relay: string, recipients: number): void
  /**
   * Every 4xx and 5xx of another server, whatever it was said to. `listed`: it says that the way itself is listed, so the message is not at fault, and a 5xx is no end
   * of it; the relay is out from now on. `another`: there is one that was not tried, so it can be tried again at once.
   */
  heard(relay: string, reply: RemoteReply, from: Receiver, tried: { readonly class: RelayClass; readonly listedRelays: ReadonlySet<string> }): Heard
  /** What became of a transaction's recipients. */
  carried(relay: string, to: Receiver, counts: Carried): void
}

export type Heard = { readonly listed: false } | { readonly listed: true; readonly another: boolean }

/** Recipients that were taken, put off, refused, and refused because of a listing. */
export interface Carried {
  readonly delivered: number
  readonly deferred: number
  readonly failed: number
  readonly listed: number
}

/** The only way where nobody has set up others: the machine's own addresses, as it chooses among them. */
export function oneRoute(helloName: string): Routes {
  const route: Route = { relay: 'default', localIp: undefined, helloName }
  return { route: () => route, stands: () => true, released: () => {}, heard: () => ({ listed: false }), carried: () => {} }
}
