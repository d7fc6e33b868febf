import type { Language } from './language.ts'
import { useLanguage } from './language.ts'

/** How a language writes numbers, sizes and times. */
export interface Write {
  readonly number: (value: number) => string
  /** 0.4 is 40 %. */
  readonly percent: (share: number) => string
  /** "1 address", "10,000 addresses". */
  readonly count: (value: number, one: string, other: string) => string
  /** 1536 is 1.5 kB; 1024 octets are one kB, as in plans and everywhere else here. */
  readonly size: (bytes: number) => string
  /** A day: of an instant, or of a date as 2026-12-20. */
  readonly date: (at: string | number) => string
  readonly dateTime: (at: string | number) => string
  /** "3 minutes ago", "in 2 days"; the nearest unit. */
  readonly ago: (at: string | number) => string
  /** "a, b and c". */
  readonly list: (items: readonly string[]) => string
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

const steps: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

function writer(language: Language): Write {
  const locale = { en: 'en-GB', de: 'de-DE' }[language]
  const numbers = new Intl.NumberFormat(locale)
  const short = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 })
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  const plurals = new Intl.PluralRules(locale)
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
  // A date without a time is the same day everywhere.
  const plainDates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const dateTimes = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const lists = new Intl.ListFormat(locale)
  return {
    number: (value) => numbers.format(value),
    percent: (share) => percents.format(share),
    count: (value, one, other) => `${numbers.format(value)} ${plurals.select(value) === 'one' ? one : other}`,
    size(bytes) {
      const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
      return `${short.format(bytes / 1024 ** power)} ${units[power]}`
    },
    date: (at) => (typeof at === 'string' && at.length === 10 ? plainDates : dates).format(new Date(at)),
    dateTime: (at) => dateTimes.format(new Date(at)),
    ago(at) {
      const ms = new Date(at).getTime() - Date.now()
      const [unit, unitMs] = steps.find(([, least]) => Math.abs(ms) >= least) ?? ['minute', 60_000]
      return relative.format(Math.round(ms / unitMs), unit)
    },
    list: (items) => lists.format(items),
  }
}

/** For catalogues, which know their language. */
export const write: Readonly<Record<Language, Write>> = { en: writer('en'), de: writer('de') }

export function useWrite(): Write {
  return write[useLanguage()]
}
