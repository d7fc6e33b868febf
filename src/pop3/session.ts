import type { SecureContext } from 'node:tls'
import type { SignedIn, SignIn, SignInFrom } from '../auth/sign-in.ts'
import type { Log } from '../base/log.ts'
import type { Peer } from '../wire/peer.ts'
import { defaultLanguage, inLanguage, type Language } from './language.ts'
import type { Pop3Limits } from './limits.ts'
import type { Maildrop, MaildropStore } from './maildrop.ts'

/** What the POP3 server needs from the rest. */
export interface Pop3Dependencies {
  readonly store: MaildropStore
  readonly signIn: SignIn
  /** For STLS, asked at each, so that a new certificate holds at once; undefined: not offered. */
  readonly tls?: (() => SecureContext) | undefined
  /** For the greeting. */
  readonly hostname: string
  readonly limits?: Partial<Pop3Limits>
  readonly log: Log
}

/** How long a command that runs may go on when its session has been revoked. */
const revokedGraceMs = 5_000
/** As at a time limit, the UPDATE state is not entered: nothing is removed (RFC 1939 3). */
export const signedOut = '-ERR [AUTH] signed out: the password was changed, or the mailbox locked or removed\r\n'

/** One connection from greeting to close. Commands read and change it; nothing else does. */
export class Session {
  readonly peer: Peer
  readonly dependencies: Pop3Dependencies
  readonly limits: Pop3Limits
  /** Given by USER, for the PASS that follows. */
  username: string | undefined
  /** Signed in: the TRANSACTION state of RFC 1939. */
  maildrop: Maildrop | undefined
  signedIn: SignedIn | undefined
  /** Of the texts in answers. */
  language: Language = defaultLanguage
  failedSignIns = 0
  /** What was signed in with is worth nothing any more. */
  isRevoked = false
  /** A command is being carried out. */
  busy = false

  constructor(peer: Peer, dependencies: Pop3Dependencies, limits: Pop3Limits) {
    this.peer = peer
    this.dependencies = dependencies
    this.limits = limits
  }

  /** Who signed in may do so no more (auth/open-sessions.ts). A command that runs may come to its end if it hurries. */
  revoked(): void {
    this.isRevoked = true
    if (!this.busy) this.sayLast(signedOut)
    else setTimeout(() => this.peer.destroy(), revokedGraceMs).unref()
  }

  /** An answer, or the first line of one. */
  say(answer: string): void {
    this.peer.write(inLanguage(answer, this.language))
  }

  /** The connection is closed after it. */
  sayLast(answer: string): void {
    this.peer.end(inLanguage(answer, this.language))
  }

  get from(): SignInFrom {
    const { peer } = this
    return {
      ip: peer.ip,
      protocol: 'pop3',
      tls: peer.tls !== undefined,
      channelBinding: (type) => peer.channelBinding(type),
      clientAddresses: () => peer.clientAddresses,
    }
  }

  get plaintextAllowed(): boolean {
    return this.dependencies.signIn.plaintextAllowed(this.from)
  }

  /** SASL mechanisms that may be used now. */
  get mechanisms(): readonly string[] {
    return this.dependencies.signIn.mechanisms(this.from)
  }

  get stlsOffered(): boolean {
    return this.dependencies.tls !== undefined && this.peer.tls === undefined && this.maildrop === undefined
  }
}
