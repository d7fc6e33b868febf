import type { SecureContext } from 'node:tls'
import type { SignedIn, SignIn, SignInFrom } from '../../auth/sign-in.ts'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { AcceptedMessage } from '../../delivery/delivery.ts'
import type { CheckName } from '../../mail/check.ts'
import type { Client } from '../../mail/client.ts'
import type { QueueIds } from '../../mail/queue-id.ts'
import { formatReply, type Reply } from '../../mail/reply.ts'
import type { Policy, Transaction, Visit } from '../../policy/policy.ts'
import type { Peer } from '../../wire/peer.ts'
import type { Draft } from './draft.ts'
import { type Extensions, submissionExtensions, transferExtensions } from './extensions.ts'
import type { SmtpLimits } from './limits.ts'
import type { Phase } from './order.ts'
import { replies } from './replies.ts'
import type { Spool } from './spool.ts'

/** Where accepted messages go. Resolves when every recipient's copy is durable; rejects for faults of our own. */
export interface Delivery {
  commit(message: AcceptedMessage): Promise<void>
}

/** What makes a listener one for people's programs (RFC 6409) instead of other mail servers. */
export interface Submission {
  readonly signIn: SignIn
  /** Does the Received field tell everybody where a sender was connected from? Asked for each message. */
  readonly showClient: () => boolean
  /** What comes before the greeting: TLS where it is implicit (RFC 8314 3.3). False: there is nobody left to greet. Undefined: nothing. */
  readonly handshake?: ((peer: Peer) => Promise<boolean>) | undefined
}

export interface SmtpDependencies {
  /** Our name in banner, EHLO and Received. */
  readonly hostname: string
  readonly policy: Policy
  readonly delivery: Delivery
  readonly queueIds: QueueIds
  readonly spool: Spool
  readonly clock: Clock
  readonly log: Log
  /** The newest certificate's context; undefined: STARTTLS is not offered. */
  readonly tls: (() => SecureContext) | undefined
  /** What SIZE announces: the largest plan's message size, bytes. Asked each time, since plans change. */
  readonly maxMessageBytes: () => number
  readonly limits: SmtpLimits
  /** May other servers say what their senders wish to be told (RFC 3461)? */
  readonly takesDsn: () => boolean
  /** Undefined: mail from other servers, which do not sign in. */
  readonly submission?: Submission | undefined
}

/** What a command answers: undefined when it has written its answer itself, or there is nobody left to answer. */
export type Answer = Reply | undefined

/** The state of one connection. Commands read and change it; `connection.ts` drives it. */
export class Session {
  readonly peer: Peer
  readonly deps: SmtpDependencies
  readonly visit: Visit
  client: Client
  phase: Phase = 'connected'
  /** EHLO was said, not HELO. */
  extended = false
  /** Who sends, on a listener for that. */
  signedIn: SignedIn | undefined
  /** What was signed in with is worth nothing any more. */
  isRevoked = false
  transaction: Transaction | undefined
  /** The transaction has SMTPUTF8. */
  utf8 = false
  /** The message so far, between BDAT commands. */
  draft: Draft | undefined
  /** MAIL commands accepted on this connection. */
  transactions = 0
  /** Nothing is being done for this connection: a command is awaited. */
  waiting = false
  /** Commands since the last one that brought a message forward, and when that was. */
  idleCommands = 0
  fruitfulAtMs = performance.now()

  constructor(peer: Peer, deps: SmtpDependencies, visit: Visit, client: Client) {
    this.peer = peer
    this.deps = deps
    this.visit = visit
    this.client = client
  }

  get extensions(): Extensions {
    const { submission, takesDsn } = this.deps
    // REQUIRETLS is no promise that a message which came in the clear could have (RFC 8689 2).
    const requireTls = this.peer.tls !== undefined
    return submission === undefined ? { ...transferExtensions, dsn: takesDsn(), requireTls } : { ...submissionExtensions, requireTls }
  }

  /** A password may be sent as the connection is. */
  get mayBePlain(): boolean {
    return this.deps.submission?.signIn.plaintextAllowed(this.from) === true
  }

  get from(): SignInFrom {
    const { peer } = this
    return {
      ip: peer.ip,
      protocol: 'submission',
      tls: peer.tls !== undefined,
      channelBinding: (type) => peer.channelBinding(type),
      clientAddresses: () => peer.clientAddresses,
    }
  }

  signIn(signedIn: SignedIn, { signIn }: Submission): void {
    this.signedIn = signedIn
    this.describeClient(this.client.helo)
    signIn.opened(this)
  }

  /** Who signed in may do so no more (auth/open-sessions.ts). What is going on comes to its end. */
  revoked(): void {
    this.isRevoked = true
    if (this.waiting) this.peer.end(`${formatReply(replies.closingRevoked)}\r\n`)
  }

  /** A message came, or a part of one that is worth the wait. */
  broughtForward(): void {
    this.idleCommands = 0
    this.fruitfulAtMs = performance.now()
  }

  say(reply: Reply): void {
    this.peer.write(`${formatReply(reply)}\r\n`)
  }

  /** A new EHLO, or a new TLS layer, changes who we talk to; transactions keep the client they began with. */
  describeClient(helo: string | undefined): void {
    const { ip, port, tls } = this.peer
    this.client = { ip, port, helo, protocol: this.extended ? this.#protocol('ESMTP') : 'SMTP', tls }
  }

  /** The client of a transaction with SMTPUTF8 (RFC 6531 4.3). */
  get utf8Client(): Client {
    return { ...this.client, protocol: this.#protocol('UTF8SMTP') }
  }

  /** RFC 3848: with S over TLS, with A where somebody has signed in. */
  #protocol(word: 'ESMTP' | 'UTF8SMTP'): string {
    return `${word}${this.peer.tls === undefined ? '' : 'S'}${this.signedIn === undefined ? '' : 'A'}`
  }

  /** Forgets the transaction, whatever became of it: RSET, EHLO, the end of DATA, a fault. */
  endTransaction(): void {
    const { draft } = this
    const queueId = this.transaction?.queueId
    this.transaction = undefined
    this.draft = undefined
    this.utf8 = false
    if (this.phase !== 'connected') this.phase = 'greeted'
    draft?.discard().catch((err: unknown) => this.deps.log.error('spool file not removed', { queueId, err }))
  }

  /** Refusals that policy did not make go into the journal like all others. */
  note(because: CheckName, reply: Reply, rcpt?: string): Reply {
    if (this.transaction !== undefined) this.deps.policy.noteRefusal(this.transaction, because, reply, rcpt)
    return reply
  }
}
