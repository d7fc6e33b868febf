import { ImapSyntaxError, type Scanner } from './scanner.ts'

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const dayMs = 86_400_000

/** A calendar day, counted from 1970-01-01. SEARCH compares days and disregards time and zone (RFC 9051 6.4.4). */
export type Day = number

/** The UTC day of a moment. */
export function dayOf(ms: number): Day {
  return Math.floor(ms / dayMs)
}

/** date: `1-Feb-1994`, quoted or not. */
export function parseDate(scanner: Scanner): Day {
  const text = scanner.isQuoted() ? scanner.string('a date') : scanner.atom('a date')
  const match = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(text)
  const day = match === null ? undefined : dayNumber(Number(match[3]), months.indexOf((match[2] ?? '').toUpperCase()), Number(match[1]))
  if (day === undefined) throw new ImapSyntaxError('a date has the form 1-Feb-1994')
  return day
}

/** date-time: `" 1-Feb-1994 21:52:25 -0800"` (RFC 9051 9), to ms since 1970. */
export function parseDateTime(scanner: Scanner): number {
  const text = scanner.string('a date and time')
  const match = /^([ \d]\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/.exec(text)
  const ms = match === null ? undefined : dateTimeMs(match)
  if (ms === undefined) throw new ImapSyntaxError('a date and time has the form " 1-Feb-1994 21:52:25 -0800"')
  return ms
}

function dateTimeMs(match: RegExpExecArray): number | undefined {
  const day = dayNumber(Number(match[3]), months.indexOf((match[2] ?? '').toUpperCase()), Number(match[1]))
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6])]
  const [zoneHours, zoneMinutes] = [Number(match[8]), Number(match[9])]
  if (day === undefined || hour > 23 || minute > 59 || second > 60 || zoneHours > 23 || zoneMinutes > 59) return undefined
  const zoneMs = (zoneHours * 60 + zoneMinutes) * 60_000 * (match[7] === '-' ? -1 : 1)
  const ms = day * dayMs + ((hour * 60 + minute) * 60 + second) * 1000 - zoneMs
  return ms < 0 ? 0 : ms
}

/** Undefined for days that no month has. */
function dayNumber(year: number, month: number, day: number): Day | undefined {
  if (month < 0 || day < 1) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date.getUTCMonth() === month ? dayOf(date.getTime()) : undefined
}

let lastMs = -1
let lastText = ''

/** INTERNALDATE in UTC: `"17-Jul-1996 02:44:25 +0000"`. Messages of one FETCH often share the second. */
export function formatDateTime(ms: number): string {
  const whole = Math.floor(ms / 1000)
  if (whole === lastMs) return lastText
  const date = new Date(whole * 1000)
  const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`)
  const day = date.getUTCDate()
  lastMs = whole
  lastText = `"${day < 10 ? ` ${day}` : day}-${monthNames[date.getUTCMonth()]}-${String(date.getUTCFullYear()).padStart(4, '0')} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000"`
  return lastText
}
