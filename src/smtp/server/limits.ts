/** What one connection may do. Every limit has a reply; what is counted across connections is policy's. */
export interface SmtpLimits {
  /** Octets with CRLF. RFC 5321 4.5.3.1.4 says 512 and each extension adds its own; paths in UTF-8 and parameters fit with room. */
  readonly commandLineOctets: number
  /** RFC 5321 4.5.3.1.8: at least 100. Announced as RCPTMAX (RFC 9422). */
  readonly recipients: number
  /** Transactions of one connection, announced as MAILMAX (RFC 9422). */
  readonly transactions: number
  /** Commands that bring no mail forward (NOOP, RSET, VRFY …) between two transactions; past it each counts as a bad one. */
  readonly idleCommands: number
  /** Octets of a header section, as DESIGN says for every view of a message. */
  readonly headerOctets: number
  /** Octets of one text line. RFC 5321 4.5.3.1.6 asks for 1,000 at least; real senders exceed it, and we can keep what they send. */
  readonly textLineOctets: number
  /** Octets that are read and thrown away after a message was found to be too large; then the connection is cut. */
  readonly swallowedOctets: number
  /** From a reply to the next command's first octet: RFC 5321 4.5.3.2.7, 5 minutes. */
  readonly commandMs: number
  /** From the greeting, or the last message, to the next one: a recipient now and then, each within `commandMs`, would hold the connection for ever. */
  readonly fruitlessMs: number
  /** From a command's first octet to its CRLF: nobody types a line that slowly but to hold the connection. */
  readonly lineMs: number
  /** For the text of a message whatever its size, and … (RFC 5321 4.5.3.2.5: 3 minutes between blocks) */
  readonly dataMs: number
  /** … at this rate at least beyond it. Octets a second. */
  readonly dataRate: number
}

export const defaultLimits: SmtpLimits = {
  commandLineOctets: 2048,
  recipients: 1000,
  transactions: 10_000,
  idleCommands: 100,
  headerOctets: 1024 * 1024,
  textLineOctets: 1024 * 1024,
  swallowedOctets: 32 * 1024 * 1024,
  commandMs: 300_000,
  fruitlessMs: 3_600_000,
  lineMs: 30_000,
  dataMs: 180_000,
  dataRate: 1024,
}

/** Of people's programs: AUTH with an access token in its initial response (RFC 4954 4 asks for 12,288 octets) is a long line. */
export const submissionLimits: SmtpLimits = { ...defaultLimits, commandLineOctets: 18 * 1024 }
