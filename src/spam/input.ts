import type { Scanned } from '../message/part.ts'

/** What the filter is told of a message. All but the octets may be missing; a test that needs what is missing does not fire. */
export interface SpamInput {
  /** The message as received, without our own fields before it: what is learned must be found again when it is moved years later. */
  readonly octets: Uint8Array
  /** Its part tree, where somebody has it already. */
  readonly scanned?: Scanned | undefined
  readonly client?: ClientFacts | undefined
  readonly envelope?: EnvelopeFacts | undefined
  readonly authentication?: AuthenticationFacts | undefined
  readonly standing?: StandingFacts | undefined
  /** What blocklists answered (SPEC A11), by their names in rule files: addresses in 127.0.0.0/8. */
  readonly listings?: ReadonlyMap<string, readonly string[]> | undefined
}

export interface ClientFacts {
  /** Canonical text (mail/ip.ts). */
  readonly ip: string
  /** EHLO or HELO argument as sent. */
  readonly helo: string
  /** The name that leads to the address and back (SPEC A1); '' where there is none; undefined: nobody looked, or DNS failed. */
  readonly hostName: string | undefined
}

export interface EnvelopeFacts {
  /** local-part@domain; '' is the null reverse-path. */
  readonly reversePath: string
  readonly recipients: readonly string[]
}

/** Results in the words of RFC 8601 2.7; undefined: was not evaluated. */
export interface AuthenticationFacts {
  readonly spf?: string | undefined
  /** "pass" where any signature passes, else the result of the first one; "none" without signature. */
  readonly dkim?: string | undefined
  readonly dmarc?: string | undefined
  readonly arc?: string | undefined
}

/** What is known of the sender from before (SPEC A11): -1, nothing but good, to 1, nothing but bad; 0: unknown. */
export interface StandingFacts {
  /** Of the client. */
  readonly address: number
  readonly network: number
  /** That the message is from, by an aligned pass. */
  readonly domain: number
  /** Every mailbox that gets the message has written to its author, who is proven. */
  readonly wroteTo: boolean
}

/** A test that fired. */
export interface TestHit {
  /** Capitals, digits and underscores. */
  readonly name: string
  /** Points; below zero speaks for the message. */
  readonly score: number
}
