import type { AccessProtocol } from '../directory/change/credentials.ts'
import type { Address } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import type { ChannelBindingType } from '../wire/channel-binding.ts'
import type { OpenSession } from './open-sessions.ts'

/** Where an attempt comes from. */
export interface SignInFrom {
  readonly ip: string
  readonly protocol: AccessProtocol
  readonly tls: boolean
  /** What the TLS connection has of this type; undefined, or not there at all: nothing. */
  readonly channelBinding?: (type: ChannelBindingType) => Uint8Array | undefined
  /** Mail addresses that its client certificate has proved; undefined or none: nothing. */
  readonly clientAddresses?: () => readonly string[]
}

export interface SignedIn {
  readonly accountId: AccountId
  /** The mailbox's own address. */
  readonly address: Address
  /** What it stands on: when that goes, the session does. Undefined: on nothing that can go. */
  readonly standing?: { readonly credentialId: number /** Of the directory, when it was looked at. */; readonly version: number }
}

/**
 * `credentials`: unknown user or wrong password, the same after the same time. `plaintext`: refused before looking, since the
 * connection is not encrypted (setting plaintext-login). `locked`: the right password, but the mailbox is locked (SPEC E6).
 * `app-password`: the right password, but the mailbox has a second factor, which mail programs cannot ask for: they need a password of their own.
 * `throttled`: too many wrong guesses from there; try later. `unavailable`: a fault of ours.
 */
export type SignInRefusal = 'credentials' | 'plaintext' | 'locked' | 'app-password' | 'throttled' | 'unavailable'

export type SignInAnswer =
  | { readonly signedIn: SignedIn; readonly refused?: never; readonly fault?: never }
  | { readonly signedIn?: never; readonly refused: SignInRefusal; readonly fault?: never }

/**
 * What is wrong with a SASL exchange itself. `mechanism`: not one that is offered here. `syntax`: not what the mechanism sends.
 * `authorization`: wants to act as somebody else (RFC 4422 3.4.1), which nobody may.
 */
export type SaslFault = 'mechanism' | 'syntax' | 'authorization'

export type SaslAnswer = SignInAnswer | { readonly signedIn?: never; readonly refused?: never; readonly fault: SaslFault }

/** One SASL exchange as the protocol carries it. */
export interface SaslDialogue {
  /** The initial response (RFC 4422 3.3); undefined: the client sent none. */
  readonly initial: Uint8Array | undefined
  /**
   * Sends a challenge, resolves to the response. Rejects as the protocol sees fit when the client cancels, sends no base64 or leaves.
   * @param longestResponse characters of base64
   */
  ask(challenge: Uint8Array, longestResponse: number): Promise<Uint8Array>
}

export interface SignIn {
  /** Is LOGIN/PLAIN allowed on this connection at all? For LOGINDISABLED and its kin. */
  plaintextAllowed(from: SignInFrom): boolean
  /** The SASL mechanisms that this connection may use now, the strongest first. */
  mechanisms(from: SignInFrom): readonly string[]
  /** Brakes may delay the answer; the promise then takes that long. */
  withPassword(username: string, password: string, from: SignInFrom): Promise<SignInAnswer>
  /** A whole SASL exchange; brakes as above. Rejects with what `dialogue.ask` rejects with. */
  withSasl(mechanism: string, dialogue: SaslDialogue, from: SignInFrom): Promise<SaslAnswer>
  /** Who has signed in says so, and later that it is over: `session.revoked` is called when what it was signed in with goes. */
  opened(session: OpenSession): void
  closed(session: OpenSession): void
}
