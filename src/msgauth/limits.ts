/** All of a message's authentication, waits for the DNS included (SPEC A10). RFC 7208 4.6.4 wants SPF alone to have 20 s; no sender's server waits for so many. */
export const authenticationTimeoutMs = 10_000
/** Questions to the DNS for one message: SPF at its limits asks 10 + 10 × 10, and needs no more than a few of them. */
export const maxLookups = 100

/** Mechanisms and modifiers of SPF that ask the DNS (RFC 7208 4.6.4). */
export const maxSpfTerms = 10
/** Of those, lookups without an answer (RFC 7208 4.6.4). */
export const maxSpfVoidLookups = 2
/** Host names of one MX, and of one client's address (RFC 7208 4.6.4). */
export const maxSpfNames = 10
/** Longest explanation that is passed on, characters: it must fit into a reply. */
export const maxExplanation = 400

/** DKIM signatures of one message that are verified, from the top; those past them say nothing. Lists and forwarders add one or two. */
export const maxSignatures = 10
/** RSA keys, bits: shorter ones can be broken (RFC 8301 3.2), longer ones cost more than they prove. */
export const rsaKeyBits = { least: 1024, most: 4096 } as const
/** ARC sets of one message (RFC 8617 4.2.1). */
export const maxArcSets = 50
/** Authors that are looked at: a message of more has no author that anybody could name. */
export const maxAuthors = 10
/** Octets of a From field that are read for its author. */
export const maxFromOctets = 10_000
/** Header section that is looked at, octets: no longer one is taken by the SMTP server. */
export const maxHeaderOctets = 1_048_576
