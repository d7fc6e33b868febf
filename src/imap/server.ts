import type { Peer } from '../wire/peer.ts'
import { serveConnection } from './connection.ts'
import { defaultLimits } from './limits.ts'
import type { ImapDependencies } from './session.ts'
import { Views } from './view/views.ts'

export interface ImapServer {
  /** Handles one connection from greeting to close; never rejects. For `listen`'s `onPeer`; `Peer.drain` says BYE between commands. */
  readonly serve: (peer: Peer) => Promise<void>
  /** After the last connection: forgets the mailboxes it kept open. */
  readonly close: () => void
}

/** The IMAP server, for any number of listeners (RFC 9051; IMAP4rev1, RFC 3501). */
export function imapServer(dependencies: ImapDependencies): ImapServer {
  const limits = { ...defaultLimits, ...dependencies.limits }
  const views = new Views(dependencies.store, dependencies.log)
  return { serve: (peer) => serveConnection(peer, dependencies, views, limits), close: () => views.close() }
}
