import type { Address } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'

/** Where an attempt comes from. */
export interface SignInFrom {
  readonly ip: string
  readonly protocol: 'imap' | 'pop3' | 'submission' | 'sieve' | 'http'
  readonly tls: boolean
}

export interface SignedIn {
  readonly accountId: AccountId
  /** The mailbox's own address. */
  readonly address: Address
}

/**
 * `credentials`: unknown user or wrong password, the same after the same time. `plaintext`: refused before looking, since the
 * connection is not encrypted (setting plaintext-login). `locked`: the right password, but the mailbox is locked (SPEC E6).
 * `throttled`: too many wrong guesses from there; try later. `unavailable`: a fault of ours.
 */
export type SignInRefusal = 'credentials' | 'plaintext' | 'locked' | 'throttled' | 'unavailable'

export interface SignIn {
  /** Is LOGIN/PLAIN allowed on this connection at all? For LOGINDISABLED and its kin. */
  plaintextAllowed(from: SignInFrom): boolean
  /** Brakes may delay the answer; the promise then takes that long. */
  withPassword(
    username: string,
    password: string,
    from: SignInFrom,
  ): Promise<{ readonly signedIn: SignedIn } | { readonly signedIn?: never; readonly refused: SignInRefusal }>
}
