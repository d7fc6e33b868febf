import type { ListingCase, WarmUp } from './relay.ts'

/** What is known of a relay's past. */
export interface RelayPast {
  readonly addedAtMs: number
  /** Taken out by hand; undefined: not. */
  readonly withdrawnAtMs: number | undefined
  /** Put back by hand after that, or after a listing: at once, with warm-up. */
  readonly returnedAtMs: number | undefined
  readonly cases: readonly ListingCase[]
}

/**
 * Whether a relay carries mail now. `withdrawn`: by hand, or while a list has it. `pausing`: it is gone from all lists, and that has to last. `warming`: at
 * most `today` recipients a day. `in`: no limit.
 */
export type Standing =
  | { readonly state: 'withdrawn'; readonly by: 'hand' | 'listing' }
  | { readonly state: 'pausing'; readonly untilMs: number }
  | { readonly state: 'warming'; readonly today: number; readonly day: number }
  | { readonly state: 'in' }

const dayMs = 86_400_000

/** How long a relay stays out after its last listing. Who was listed again and again waits longer: lists keep repeated cases longer, too (SPEC D3). */
export const pauses = {
  firstMs: 6 * 3_600_000,
  /** For each case within `memoryMs` before, twice as long, up to this. */
  longestMs: 7 * dayMs,
  memoryMs: 90 * dayMs,
} as const

/** @param firstMs the pause after a first listing */
export function standing(past: RelayPast, warmUp: WarmUp, nowMs: number, firstMs: number = pauses.firstMs): Standing {
  const { addedAtMs, withdrawnAtMs, returnedAtMs } = past
  const cases = past.cases.filter(({ withdraws }) => withdraws)
  if (withdrawnAtMs !== undefined && (returnedAtMs === undefined || returnedAtMs < withdrawnAtMs)) return { state: 'withdrawn', by: 'hand' }
  if (cases.some(({ goneAtMs }) => goneAtMs === undefined)) return { state: 'withdrawn', by: 'listing' }
  const goneAtMs = Math.max(...cases.map((one) => one.goneAtMs ?? 0), 0)
  const byHand = returnedAtMs !== undefined && returnedAtMs >= goneAtMs
  const backAtMs = goneAtMs === 0 || byHand ? Math.max(addedAtMs, returnedAtMs ?? 0) : goneAtMs + pauseMs(cases, goneAtMs, firstMs)
  return nowMs < backAtMs ? { state: 'pausing', untilMs: backAtMs } : warmed(warmUp, Math.floor((nowMs - backAtMs) / dayMs))
}

/**
 * How long a relay stays out after a listing that ended, or was heard of last, then. So long, too, does the word of a host hold that nobody else confirms: after that
 * the mail that goes there first, while the relay warms up, tells whether it still does.
 */
export function pauseMs(cases: readonly ListingCase[], goneAtMs: number, firstMs: number): number {
  const recent = cases.filter((one) => one.withdraws && (one.goneAtMs ?? one.heardAtMs) > goneAtMs - pauses.memoryMs).length
  return Math.min(Math.max(pauses.longestMs, firstMs), firstMs * 2 ** Math.min(Math.max(recent - 1, 0), 30))
}

function warmed({ firstDay, growth, days }: WarmUp, day: number): Standing {
  if (day >= days || firstDay === Number.POSITIVE_INFINITY) return { state: 'in' }
  return { state: 'warming', today: Math.round(firstDay * growth ** day), day: day + 1 }
}
