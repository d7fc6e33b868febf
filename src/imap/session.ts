import type { SecureContext } from 'node:tls'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { SignedIn, SignIn, SignInFrom } from '../auth/sign-in.ts'
import type { Neighbours } from '../directory/neighbours.ts'
import type { AccountId, MailboxId } from '../mail/ids.ts'
import type { Store } from '../store/store.ts'
import type { Peer } from '../wire/peer.ts'
import { Enabled } from './extensions.ts'
import { fetchNew } from './fetch-new.ts'
import type { ImapLimits } from './limits.ts'
import { rightsNow } from './other-users.ts'
import { Notify } from './notify/notify.ts'
import { BadCommand } from './outcome.ts'
import { notifyNothing } from './parse/notify.ts'
import type { LiteralHead } from './parse/scanner.ts'
import type { Contexts } from './search/contexts.ts'
import type { Telling, Tracker } from './view/tracker.ts'
import type { Views } from './view/views.ts'
import { Bookmarks } from './write/binary.ts'
import { Output } from './write/output.ts'

/** What the IMAP server needs from the rest. */
export interface ImapDependencies {
  readonly store: Store
  readonly signIn: SignIn
  readonly neighbours: Neighbours
  /** What the operator says of the server (RFC 5464 3.2.1.1); '': nothing. Changes with what `neighbours` tells of. */
  readonly serverNotes: () => { readonly comment: string; readonly admin: string }
  /** For STARTTLS, asked at each, so that a new certificate holds at once; undefined: not offered. */
  readonly tls?: (() => SecureContext) | undefined
  /** For the greeting. */
  readonly hostname: string
  /** For ID (RFC 2971). */
  readonly version: string
  /** Where messages on their way in through APPEND lie until they are in the log. */
  readonly spoolFolder: string
  readonly limits?: Partial<ImapLimits>
  readonly clock: Clock
  readonly log: Log
}

/** RFC 9051 3. `logout` ends the connection. */
export type State = 'not-authenticated' | 'authenticated' | 'selected' | 'logout'

/** The mailbox that SELECT or EXAMINE opened. */
export interface Selected {
  /** Whose it is. */
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly tracker: Tracker
  /** What this session may do with it (RFC 4314 2.1), as of the command that runs. */
  readonly rights: string
}

/** How long a command that runs may go on when its session has been revoked. */
const revokedGraceMs = 5_000

/** One connection from greeting to close. Commands read and change it; nothing else does. */
export class Session {
  readonly peer: Peer
  readonly dependencies: ImapDependencies
  readonly views: Views
  readonly limits: ImapLimits
  readonly out: Output
  /** Of the command that runs. */
  tag = ''
  signedIn: SignedIn | undefined
  selected: Selected | undefined
  loggedOut = false
  enabled = new Enabled()
  /** Results of the selected mailbox that are kept up to date; undefined: none yet. */
  contexts: Contexts | undefined
  /** UIDs that SEARCH RETURN (SAVE) kept for `$` (RFC 5182). */
  saved: readonly number[] = []
  failedSignIns = 0
  /** What was signed in with is worth nothing any more. */
  isRevoked = false
  /** In IDLE: no command runs, changes go out as they come. */
  idling = false
  bookmarks = new Bookmarks()
  /** What NOTIFY asked for; undefined: it was not given yet. */
  notify: Notify | undefined
  /** A message that APPEND has still to read. */
  literal: LiteralHead | undefined

  constructor(peer: Peer, dependencies: ImapDependencies, views: Views, limits: ImapLimits) {
    this.peer = peer
    this.dependencies = dependencies
    this.views = views
    this.limits = limits
    this.out = new Output(peer, limits.idleMs)
  }

  get store(): Store {
    return this.dependencies.store
  }

  get log(): Log {
    return this.dependencies.log
  }

  /** The client has left IMAP4rev1 behind (RFC 9051 appendix E): no \Recent, ESEARCH for SEARCH, LIST with SELECT. */
  get rev2(): boolean {
    return this.enabled.has('IMAP4rev2')
  }

  /** Mailbox names are UTF-8 (RFC 6855 3, RFC 9051 5.1) instead of modified UTF-7. */
  get utf8(): boolean {
    return this.enabled.has('UTF8=ACCEPT') || this.enabled.has('IMAP4rev2')
  }

  get state(): State {
    if (this.loggedOut) return 'logout'
    if (this.selected !== undefined) return 'selected'
    return this.signedIn === undefined ? 'not-authenticated' : 'authenticated'
  }

  /** The account that signed in. Whose mailbox a name leads to, `resolve.ts` says. */
  get accountId(): AccountId {
    if (this.signedIn === undefined) throw new BadCommand('sign in first')
    return this.signedIn.accountId
  }

  get from(): SignInFrom {
    const { peer } = this
    return {
      ip: peer.ip,
      protocol: 'imap',
      tls: peer.tls !== undefined,
      channelBinding: (type) => peer.channelBinding(type),
      clientAddresses: () => peer.clientAddresses,
    }
  }

  get startTlsOffered(): boolean {
    return this.dependencies.tls !== undefined && this.peer.tls === undefined && !this.peer.compressed
  }

  mustBeSelected(): Selected {
    if (this.selected === undefined) throw new BadCommand('select a mailbox first')
    return this.selected
  }

  /**
   * Tells what happened in the selected mailbox since the session was last told: what NOTIFY lets through, and without it everything.
   * @param telling.everything whatever NOTIFY lets through
   */
  async tell({ expunges, withUid, everything = false }: Pick<Telling, 'expunges' | 'withUid'> & { readonly everything?: boolean }): Promise<void> {
    const tracker = this.selected?.tracker
    if (tracker === undefined) return
    const { notify } = this
    const vanished = this.enabled.has('QRESYNC')
    const removed = notify?.own.takeRemoved()
    if (removed !== undefined && !everything && !notify?.tellsMessages) {
      notify?.own.takeAdded()
      await tracker.tellRemoved(this.out, removed, vanished)
      return
    }
    const { unknownFrom } = tracker
    const withModSeq = this.enabled.has('CONDSTORE')
    // RFC 9051 7.5.2, RFC 5465 5.1: what was not asked for names the UID.
    const named = withUid || withModSeq || this.rev2 || notify !== undefined
    await tracker.tell(this.out, { expunges, withUid: named, withModSeq, vanished, skipFlags: !everything && notify?.tellsFlags === false })
    const found = await this.contexts?.update()
    if (tracker.unknownFrom !== unknownFrom) await fetchNew(this, { tracker, from: unknownFrom, found })
  }

  /** More happens than this session is told of (RFC 5465 5.8). */
  stopNotifying(): void {
    this.out.text('* OK [NOTIFICATIONOVERFLOW] too many mailboxes to watch\r\n')
    this.notify?.close()
    this.notify = new Notify(this, notifyNothing, undefined)
  }

  /** A command came that shows that the client knows modSeqs: from now on FETCH tells them (RFC 7162 3.1). False: that was known. */
  enableCondstore(): boolean {
    if (!this.enabled.add('CONDSTORE')) return false
    this.tellHighestModSeq()
    return true
  }

  /** From here on the client may ask what it has missed. */
  tellHighestModSeq(): void {
    if (this.selected !== undefined) this.out.text(`* OK [HIGHESTMODSEQ ${this.selected.tracker.toldModSeq}] told up to here\r\n`)
  }

  /** Or the client could take the modSeq of a flag for that of all it knows, and never hear of what went or changed before (RFC 7162 3.2). */
  tellWhatIsOwed(): void {
    const tracker = this.selected?.tracker
    if (tracker === undefined) return
    const owes = (tracker.owesExpunges && this.enabled.has('QRESYNC')) || (tracker.owesFlags && this.enabled.has('CONDSTORE'))
    if (owes) this.tellHighestModSeq()
  }

  /** Whether the selected mailbox may still be read; rights to another's can change at any time. */
  async renewRights(): Promise<boolean> {
    const { selected } = this
    if (selected === undefined || selected.accountId === this.accountId) return true
    const rights = await rightsNow(this, selected)
    if (this.selected === selected) this.selected = { ...selected, rights }
    return rights.includes('r')
  }

  /** Leaves the mailbox without a word. */
  unselect(): void {
    const selected = this.selected
    if (selected === undefined) return
    this.selected = undefined
    this.contexts = undefined
    this.saved = []
    this.notify?.own.left(selected)
    selected.tracker.close()
    this.views.release(selected.tracker.live)
  }

  /** As it was before sign-in, but for TLS and failed guesses (RFC 8437 4). The mailbox is left without a word. */
  unauthenticate(): void {
    this.unselect()
    this.dependencies.signIn.closed(this)
    this.signedIn = undefined
    this.enabled = new Enabled()
    this.notify?.close()
    this.notify = undefined
    this.bookmarks = new Bookmarks()
    this.peer.deadline(this.limits.signInMs)
  }

  /** Who signed in may do so no more (auth/open-sessions.ts). A command that runs may come to its end if it hurries. */
  revoked(): void {
    this.isRevoked = true
    if (this.idling || this.tag === '') this.signOut()
    else setTimeout(() => this.peer.destroy(), revokedGraceMs).unref()
  }

  /** Last words for who was revoked. */
  signOut(): void {
    this.out.send()
    this.peer.end('* BYE signed out: the password was changed, or the mailbox locked or removed\r\n')
  }

  /** The connection is over. */
  close(): void {
    this.dependencies.signIn.closed(this)
    this.notify?.close()
    this.unselect()
    this.loggedOut = true
  }
}
