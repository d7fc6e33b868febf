import type { Peer } from '../wire/peer.ts'
import { serveConnection } from './connection.ts'
import { defaultLimits } from './limits.ts'
import type { Pop3Dependencies } from './session.ts'

export interface Pop3Server {
  /** Handles one connection from greeting to close; never rejects. For `listen`'s `onPeer`. */
  readonly serve: (peer: Peer) => Promise<void>
}

/** The POP3 server, for any number of listeners (RFC 1939). */
export function pop3Server(dependencies: Pop3Dependencies): Pop3Server {
  const limits = { ...defaultLimits, ...dependencies.limits }
  return { serve: (peer) => serveConnection(peer, dependencies, limits) }
}
