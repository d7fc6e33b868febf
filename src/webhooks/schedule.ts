const [minuteMs, hourMs] = [60_000, 3_600_000]

/** Between a try and the next, as Standard Webhooks advise: three days in all. */
const waitsMs = [5_000, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs, 14 * hourMs, 20 * hourMs, 24 * hourMs] as const

/** A wait is longer by up to this share: what failed at one time is not tried at one time. */
const jitter = 0.2

/** What a receiver may ask for (Retry-After, RFC 9110 10.2.3). */
const longestWishMs = 24 * hourMs

/**
 * How long to wait after this many tries; undefined: it is given up.
 * @param random 0 to 1
 * @param wishMs what the receiver asked for
 */
export function waitAfter(tries: number, random: number, wishMs = 0): number | undefined {
  const waitMs = waitsMs[tries - 1]
  return waitMs === undefined ? undefined : Math.max(Math.round(waitMs * (1 + jitter * random)), Math.min(wishMs, longestWishMs))
}

/** Seconds, or a date. */
export function retryAfterMs(field: string | undefined, nowMs: number): number {
  if (field === undefined) return 0
  if (/^\d{1,9}$/.test(field)) return Number(field) * 1000
  const atMs = /^[A-Z][a-z]{2}, /.test(field) ? Date.parse(field) : Number.NaN
  return Number.isNaN(atMs) ? 0 : Math.max(0, atMs - nowMs)
}
