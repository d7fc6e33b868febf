/** Of every request. */
export const httpLimits = {
  /** From the first octet to the end of the header section. */
  headersMs: 10_000,
  /** From the first octet to the last. */
  requestMs: 60_000,
  /** How late the two limits above are seen to. */
  checkMs: 3_000,
  /** Between two requests of one connection, and without a sign of life in one. */
  idleMs: 75_000,
  /** Octets of the header section. */
  headerBytes: 16 * 1024,
  /** Octets of a body, where the route says nothing else. */
  bodyBytes: 1024 * 1024,
  /** Of reports and long lists that somebody sends who has signed in. */
  largeBodyBytes: 8 * 1024 * 1024,
  /** Characters of one part of a path: an address has 254 octets, and may be spelt with three for each. */
  pathFieldLength: 1000,
  requestsPerConnection: 10_000,
  /** Of one connection, sent before the first was answered: browsers wait, and a thousand at once are an attack. */
  requestsAtOnce: 32,
} as const
