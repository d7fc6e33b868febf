/**
 * What a message may cost, however it is made (DESIGN, "Bad input, faults"). Reaching one is never an error: the view of the
 * message becomes coarser, its octets stay as they are.
 */
export const messageLimits = {
  /** Levels of multipart and message/rfc822 below the top. A part that would open one more is a leaf. */
  depth: 100,
  /** Parts in all, nested messages counted. What comes after the last one belongs to it. */
  parts: 1000,
  /** Octets of a header section that are read for fields; the section itself may be longer. */
  headerOctets: 1_048_576,
  /** The same for all sections but the top one together. A part past it is text/plain without parameters. */
  nestedHeaderOctets: 1_048_576,
  /** Octets of all ENVELOPEs of nested messages together. A message past it has an empty one. */
  nestedEnvelopeOctets: 1_048_576,
  /** Addresses read from one field. */
  addresses: 10_000,
  /** Parameters read from one Content-Type or Content-Disposition field, continuations (RFC 2231) counted apart. */
  parameters: 100,
  continuations: 1000,
  /** Octets of a boundary that are compared; RFC 2046 5.1.1 permits 70. */
  boundaryOctets: 200,
} as const
