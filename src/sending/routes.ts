import type { RemoteReply } from '../mail/remote-reply.ts'
import type { RelayClass } from '../mail/outgoing.ts'

/** By which of our ways a message leaves. */
export interface Route {
  /** The relay's name, as journal and queue keep it. */
  readonly relay: string
  /** Where connections come from: IPv6 hosts are asked only from an IPv6 address, and so on. Undefined: the system's choice. */
  readonly localIp: string | undefined
  /** What EHLO says (RFC 5321 4.1.1.1). */
  readonly helloName: string
  /** Another server that sends for us, a name or an IP address: it is asked, and not the destination's hosts. */
  readonly smartHost?: { readonly host: string; readonly port: number } | undefined
}

/** What decides about the way. */
export interface RouteWish {
  readonly class: RelayClass
  /** An A-label, or an address literal with its brackets. */
  readonly destination: string
  /** Relays on which it was refused for their being listed. */
  readonly listedRelays: ReadonlySet<string>
}

/** Our ways out. Asked for each transaction, so it answers from memory. */
export interface Routes {
  /** `againAtMs`: nobody may carry it now; when to ask again. */
  route(wish: RouteWish): Route | { readonly againAtMs: number }
  /** Another server's answer says that the way itself is listed. */
  heard(relay: string, what: 'listed', reply: RemoteReply, destination: string): void
  /** So many recipients were taken. */
  carried(relay: string, recipients: number): void
}

/** The only way where nobody has set up others: the machine's own addresses, as it chooses among them. */
export function oneRoute(helloName: string): Routes {
  const route: Route = { relay: 'default', localIp: undefined, helloName }
  return { route: () => route, heard: () => {}, carried: () => {} }
}
