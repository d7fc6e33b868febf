/** How long the other side has for each step: RFC 5321 4.5.3.2, less where a queue tries again anyway and a waiting connection costs the others. */
export const timeouts = {
  /** TCP. Not in RFC 5321; a host that is there answers within seconds. */
  connectMs: 30_000,
  /** 4.5.3.2.1: 5 minutes. Greeting delays against spam are shorter by far. */
  greetingMs: 300_000,
  /** EHLO, HELO, STARTTLS, RSET; 5 minutes as for MAIL. */
  commandMs: 300_000,
  /** The TLS handshake. */
  handshakeMs: 60_000,
  /** 4.5.3.2.2 and 3. */
  mailMs: 300_000,
  rcptMs: 300_000,
  /** 4.5.3.2.4. */
  dataMs: 120_000,
  /** 4.5.3.2.5: the other side takes nothing of the text for so long. */
  blockMs: 180_000,
  /** 4.5.3.2.6: "ten minutes", so that a slow scan there does not make the message come twice. */
  finalMs: 600_000,
  /** QUIT: politeness, no more. */
  quitMs: 5_000,
} as const
export type Timeouts = { readonly [Name in keyof typeof timeouts]: number }

/** RFC 5321 4.5.3.1.5 says 512 octets; some servers write longer ones. */
export const maxReplyLineOctets = 4096
/** What the other side said and nobody has read: answers to all commands on their way fit into it. */
export const maxUnreadOctets = 1024 * 1024
/** Lines of one reply: an EHLO answer has some twenty. */
export const maxReplyLines = 100
/** RCPT commands on their way at once (RFC 2920): more answers than this fit no TCP window that waits for us. */
export const maxPipelinedRecipients = 100
