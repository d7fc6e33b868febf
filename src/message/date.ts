import { readComment } from './lexer.ts'
import { octet } from './octets.ts'

/** The instant that a date-time names (RFC 5322 3.3, 4.3), ms since 1970-01-01T00:00:00Z, or undefined. */
interface Fields {
  day: number | undefined
  month: number | undefined
  year: number | undefined
  time: readonly [hour: number, minute: number, second: number] | undefined
  /** undefined: none read yet, which is UTC in the end. */
  zoneMinutes: number | undefined
}

/** No date is longer; comments count. */
const longestDate = 1000

/** A date-time as we write it (RFC 5322 3.3), in UTC. */
export function writeDate(ms: number): string {
  return new Date(ms).toUTCString().replace('GMT', '+0000')
}

/**
 * Forgiving: white space anywhere or nowhere, comments, day and month in either order, two and three digits of the year, missing seconds,
 * the time before the year (asctime), a month as a number after the day, obsolete zones; a zone that is unknown or missing is UTC (RFC 5322 4.3).
 * The day of the week is not checked.
 */
export function readDate(text: string): number | undefined {
  const found = readFields(text)
  return found && toMs(found)
}

/** The calendar day that the sender wrote, whatever the zone, counted from 1970-01-01 (RFC 9051 6.4.4: SENTON disregards time and zone). */
export function readDay(text: string): number | undefined {
  const found = readFields(text)
  const ms = found && toMs({ ...found, zoneMinutes: 0 })
  return ms === undefined ? undefined : Math.floor(ms / 86_400_000)
}

function readFields(text: string): Fields | undefined {
  if (text.length > longestDate) return undefined
  const found: Fields = { day: undefined, month: undefined, year: undefined, time: undefined, zoneMinutes: undefined }
  let index = 0
  while (index < text.length) {
    const code = text.charCodeAt(index)
    if (isDigit(code)) {
      const end = digitsEnd(text, index)
      index = text.charCodeAt(end) === octet.colon && found.time === undefined ? readTime(text, index, found) : takeNumber(text, index, end, found)
      if (index < 0) return undefined
    } else if (isLetter(code)) {
      const end = lettersEnd(text, index)
      takeWord(text.slice(index, end).toLowerCase(), found)
      index = end
    } else if ((code === 0x2b || code === octet.hyphen) && found.time !== undefined && isDigit(text.charCodeAt(index + 1))) {
      const end = digitsEnd(text, index + 1)
      takeOffset(text.slice(index, end), found)
      index = end
    } else index = code === octet.open ? readComment(text, index).end : index + 1
  }
  return found
}

function readTime(text: string, start: number, found: Fields): number {
  const parts: number[] = []
  let index = start
  for (;;) {
    const end = digitsEnd(text, index)
    if (end === index || end - index > 2) return -1
    parts.push(Number(text.slice(index, end)))
    index = end
    if (parts.length === 3 || text.charCodeAt(index) !== octet.colon) break
    index += 1
  }
  const [hour = 0, minute = 0, second = 0] = parts
  // 60 is a leap second (RFC 5322 3.3).
  if (hour > 23 || minute > 59 || second > 60) return -1
  found.time = [hour, minute, second]
  if (text.charCodeAt(index) === octet.dot) index = digitsEnd(text, index + 1)
  return index
}

/** Past the number; negative where it has no place. */
function takeNumber(text: string, start: number, end: number, found: Fields): number {
  const length = end - start
  // All is there already: what follows is a zone without its sign, or a remark.
  if (found.year !== undefined && found.month !== undefined && found.day !== undefined) return end
  if (length > 4) return -1
  const value = Number(text.slice(start, end))
  if (found.day === undefined && found.year === undefined && length === 4) found.year = value
  else if (found.day === undefined) {
    if (length > 2) return -1
    // 2003-07-01: the month comes before the day.
    if (found.year !== undefined && found.month === undefined) found.month = value - 1
    else found.day = value
  } else if (found.month === undefined) {
    if (length > 2) return -1
    found.month = value - 1
  } else found.year ??= fullYear(value, length)
  return end
}

/** RFC 5322 4.3; "0102" is a three-digit year whose writer knew that there are four. */
function fullYear(value: number, digits: number): number {
  if (digits >= 3) return value < 1000 ? value + 1900 : value
  return value < 50 ? value + 2000 : value + 1900
}

function takeWord(word: string, found: Fields): void {
  if (found.time !== undefined) {
    const zone = zones.get(word)
    if (zone !== undefined) found.zoneMinutes ??= zone * 60
  }
  if (found.month === undefined) {
    const month = months.indexOf(word.slice(0, 3))
    if (month >= 0) found.month = month
  }
}

function takeOffset(text: string, found: Fields): void {
  const digits = text.slice(1)
  if (digits.length > 4) return
  const value = Number(digits.length <= 2 ? `${digits}00` : digits)
  const minutes = Math.floor(value / 100) * 60 + (value % 100)
  if (value % 100 < 60 && minutes < 24 * 60) found.zoneMinutes = text.startsWith('-') ? -minutes : minutes
}

function toMs(found: Fields): number | undefined {
  const { day, month, year, time } = found
  if (day === undefined || month === undefined || year === undefined || time === undefined) return undefined
  if (month < 0 || month > 11 || year < 1900 || day < 1) return undefined
  const midnight = Date.UTC(year, month, day)
  if (new Date(midnight).getUTCMonth() !== month) return undefined
  return midnight + ((time[0] * 60 + time[1] - (found.zoneMinutes ?? 0)) * 60 + time[2]) * 1000
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** RFC 5322 4.3, hours. Single letters were used both ways, so they are UTC, as is everything else. */
const zones: ReadonlyMap<string, number> = new Map([
  ['est', -5],
  ['edt', -4],
  ['cst', -6],
  ['cdt', -5],
  ['mst', -7],
  ['mdt', -6],
  ['pst', -8],
  ['pdt', -7],
])

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isLetter(code: number): boolean {
  const lower = code | 32
  return lower >= 97 && lower <= 122
}

function digitsEnd(text: string, start: number): number {
  let index = start
  while (isDigit(text.charCodeAt(index))) index += 1
  return index
}

function lettersEnd(text: string, start: number): number {
  let index = start
  while (isLetter(text.charCodeAt(index))) index += 1
  return index
}
