/** Mechanisms and modifiers of SPF that ask the DNS (RFC 7208 4.6.4). */
export const maxSpfTerms = 10
/** Of those, lookups without an answer (RFC 7208 4.6.4). */
export const maxSpfVoidLookups = 2
/** Host names of one MX, and of one client's address (RFC 7208 4.6.4). */
export const maxSpfNames = 10
/** Longest explanation that is passed on, characters: it must fit into a reply. */
export const maxExplanation = 400
