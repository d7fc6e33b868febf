/** One try at one server; then the next one is asked. */
export const attemptTimeoutMs = 1_500
/** One lookup in all, aliases and retries included, unless the caller gives less (SPEC A1 gives 5 s for several). */
export const lookupTimeoutMs = 5_000
/** Tries at one server that does not answer. */
export const attemptsPerServer = 2
/** CNAMEs followed for one lookup; resolvers stop between 8 and 16. */
export const maxAliases = 8
/** Records in one message. More is refused before decoding: names can be compressed so that decoding each costs thousands of steps. */
export const maxRecordsInMessage = 1_000
/** EDNS buffer size that is not fragmented anywhere (DNS flag day 2020). */
export const ednsBufferBytes = 1_232
/** Lookups under way; more fail at once, as they could not end in time. */
export const maxLookups = 10_000

/** Cached answers in all, approximately, in bytes of memory. */
export const cacheBytes = 32 * 1024 * 1024
/** RFC 8767 4 advises days at most; a day bounds what one wrong zone file costs. */
export const maxTtlSeconds = 86_400
/** RFC 2308 5: one to three hours. */
export const maxNegativeTtlSeconds = 3_600
/** RFC 9520 3.2: failures are remembered for at least a second. */
export const failureTtlMs = 1_000
/** How long what the hosts file says may be kept by others. */
export const hostsTtlMs = 60_000
