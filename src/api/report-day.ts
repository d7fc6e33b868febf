import { readSince } from './reading.ts'
import { Refused } from './refused.ts'

const dayMs = 86_400_000
/** Shown where nobody says since when. */
const defaultDays = 30

export function reportsSinceMs(text: string | undefined, nowMs: number): number {
  return text === undefined ? nowMs - defaultDays * dayMs : readSince('since', text, nowMs)
}

/** A moment of the day that is asked for; default: yesterday. Reports are of days in UTC. */
export function reportDayMs(text: string | undefined, nowMs: number): number {
  if (text === undefined) return nowMs - dayMs
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00Z`) : Number.NaN
  if (Number.isNaN(ms))
    throw new Refused('input', 'day', { en: `"${text}" is no day; right would be 2026-05-01`, de: `„${text}“ ist kein Tag; richtig wäre 2026-05-01` })
  return ms
}
