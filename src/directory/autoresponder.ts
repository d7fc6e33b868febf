import { dayBeginsMs, nextDay } from '../base/zoned-day.ts'

/** What a mailbox answers while its owner is away (SPEC B6). */
export interface AutoresponderSettings {
  /** null: made of the subject of what is answered. */
  readonly subject: string | null
  readonly text: string
  /** The same with markup; null: none. */
  readonly html: string | null
  /** 2026-12-20, the first and the last day in `zone`; null: no end on that side. */
  readonly firstDay: string | null
  readonly lastDay: string | null
  /** Europe/Berlin. */
  readonly zone: string
  /** How long nobody is answered again. */
  readonly periodMs: number
}

/** Its days as moments. Epoch, ms; undefined: no end on that side. */
export function spanOf({ firstDay, lastDay, zone }: AutoresponderSettings): { readonly fromMs: number | undefined; readonly untilMs: number | undefined } {
  return {
    fromMs: firstDay === null ? undefined : dayBeginsMs(firstDay, zone),
    untilMs: lastDay === null ? undefined : dayBeginsMs(nextDay(lastDay), zone),
  }
}

/** A row of the table. */
export interface AutoresponderRow {
  is_on: number
  subject: string | null
  text: string
  html: string | null
  first_day: string | null
  last_day: string | null
  zone: string
  period_ms: number
  set_at_ms: number
}

export const autoresponderColumns = 'is_on, subject, text, html, first_day, last_day, zone, period_ms, set_at_ms'

export function settingsOfRow(row: AutoresponderRow): AutoresponderSettings {
  const { subject, text, html, first_day: firstDay, last_day: lastDay, zone, period_ms: periodMs } = row
  return { subject, text, html, firstDay, lastDay, zone, periodMs }
}
