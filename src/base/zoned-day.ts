/** Undefined: there is no such day, as 2026-02-30, or no such zone. @param day 2026-12-20 @param zone Europe/Berlin; resolves to its first moment there (epoch, ms) */
export function dayBeginsMs(day: string, zone: string): number | undefined {
  const asUtcMs = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(asUtcMs) || !new Date(asUtcMs).toISOString().startsWith(day) || !isTimeZone(zone)) return undefined
  const clock = clockIn(zone)
  // The clock may be set on this day or the one before, at midnight even: then 00:00 comes twice, or never.
  const candidates = [-dayMs, dayMs].map((ms) => asUtcMs - offsetMs(clock, asUtcMs + ms)).toSorted((one, other) => one - other)
  return candidates.find((ms) => new Date(ms + offsetMs(clock, ms)).toISOString().startsWith(day))
}

/** The day after. @param day one that there is */
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString().slice(0, 10)
}

/** Is it a name of the IANA time zone database, or an offset as +01:00? */
export function isTimeZone(zone: string): boolean {
  try {
    clockIn(zone)
    return true
  } catch {
    return false
  }
}

/** The one of this machine. */
export function ownTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}

const dayMs = 86_400_000

/** @throws RangeError */
function clockIn(timeZone: string): Intl.DateTimeFormat {
  const two = '2-digit'
  return new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: two, day: two, hour: two, minute: two, second: two })
}

/** How far the clock there is ahead of UTC. */
function offsetMs(clock: Intl.DateTimeFormat, atMs: number): number {
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(clock.formatToParts(atMs).find((one) => one.type === type)?.value)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - atMs
}
