/** How long is tried, and how often (RFC 5321 4.5.4.1). */
export interface Schedule {
  /** The wait after the first failure. RFC 5321: "at least 30 minutes"; a greylist lets in after one, so the first waits are shorter. */
  readonly firstMs: number
  /** The longest wait. */
  readonly longestMs: number
  /** From the moment the message was accepted; then it fails. RFC 5321: "at least 4-5 days". */
  readonly giveUpMs: number
}

const minute = 60_000
const hour = 60 * minute

export const usualSchedule: Schedule = { firstMs: 2 * minute, longestMs: 4 * hour, giveUpMs: 120 * hour }

/** Each wait is so much longer than the one before: 2, 5, 12, 30 minutes, 1¼ and 3 hours, then every 4. */
const growth = 2.5
/** Of the wait, either way: what failed together need not come back together. */
const spread = 0.1

/**
 * When to try again after so many failed attempts; undefined: no more. The last try comes at the end of the time, so that "5 days" are five days.
 * @param chance 0 to 1
 */
export function nextAttemptMs(
  schedule: Schedule,
  { acceptedAtMs, attempts, nowMs, chance }: { readonly acceptedAtMs: number; readonly attempts: number; readonly nowMs: number; readonly chance: number },
): number | undefined {
  const endMs = acceptedAtMs + schedule.giveUpMs
  if (nowMs >= endMs) return undefined
  const waitMs = Math.min(schedule.longestMs, schedule.firstMs * growth ** Math.min(attempts - 1, 50))
  return Math.min(endMs, Math.round(nowMs + waitMs * (1 + spread * (2 * chance - 1))))
}
