/** What one connection may cost. Reaching a limit is an answer, not a crash (DESIGN "Bad input, faults"). */
export interface Pop3Limits {
  /** Octets of a line with its CRLF. RFC 2449 4 says 255; a SASL response is longer (RFC 5034 4), and so may a password be. */
  readonly lineOctets: number
  /** Commands that were not understood, in a row, before the connection is closed. */
  readonly badCommands: number
  /** Refused sign-ins on one connection before it is closed. */
  readonly failedSignIns: number
  /** From the greeting to a successful sign-in. */
  readonly signInMs: number
  /** Autologout (RFC 1939 3: 10 minutes at least), and how long the client may take to read one piece of a message. */
  readonly idleMs: number
}

export const defaultLimits: Pop3Limits = {
  lineOctets: 2_200,
  badCommands: 20,
  failedSignIns: 5,
  signInMs: 120_000,
  idleMs: 10 * 60_000,
}
