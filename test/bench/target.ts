/** A mail server under load: where it listens, whom it knows, where it keeps things. */
export interface Target {
  readonly name: string
  readonly smtpPort: number
  readonly imapPort: number
  /** 0: none. */
  readonly pop3Port: number
  /** `{n}`: the mailbox's number, 0 … `mailboxes` - 1. Nothing stands between a message to it and the mailbox. */
  readonly mailbox: string
  readonly mailboxes: number
  readonly password: string
  /** Where each sender is new and must wait; undefined: this server has no greylist here. */
  readonly greylisting: { readonly smtpPort: number; readonly mailbox: string } | undefined
  /** Their CPU and that of their children counts. */
  readonly pids: readonly number[]
  /** What they keep. */
  readonly folders: readonly string[]
  stop(): Promise<void>
}

/** Of every peer: `u0` … and their password. */
export const peerMailboxes = 100
export const peerPassword = 'benchpw'
