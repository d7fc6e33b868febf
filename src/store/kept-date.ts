/**
 * A date as nearly every program writes it, `Fri, 20 Nov 2026 10:12:13 +0100` (RFC 5322 3.3), in 6 octets instead of 31:
 *
 *     0  seconds since 1970-01-01 of the time as it is written, 32 bit    4  zone, minutes east of UTC, 16 bit with sign
 *
 * What is written any other way, a wrong day of the week included, is kept as it is.
 */
export const dateOctets = 'Fri, 20 Nov 2026 10:12:13 +0100'.length
const keptOctets = 6

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const form = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/

/** Undefined: it would not come back as it is. */
export function keepDate(text: string): Uint8Array | undefined {
  const match = form.exec(text)
  if (match === null) return undefined
  const [, day, month = '', year, hour, minute, second, sign, zoneHours, zoneMinutes] = match
  const ms = Date.UTC(Number(year), months.indexOf(month), Number(day), Number(hour), Number(minute), Number(second))
  if (!(ms >= 0 && ms < 2 ** 32 * 1000)) return undefined
  const kept = Buffer.alloc(keptOctets)
  kept.writeUInt32LE(ms / 1000, 0)
  kept.writeInt16LE((Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1), 4)
  return writeDate(kept) === text ? kept : undefined
}

/** @param at where it begins in `kept` */
export function writeDate(kept: Uint8Array, at = 0): string {
  const seconds = ((kept[at] ?? 0) | ((kept[at + 1] ?? 0) << 8) | ((kept[at + 2] ?? 0) << 16) | ((kept[at + 3] ?? 0) << 24)) >>> 0
  const zone = (((kept[at + 4] ?? 0) | ((kept[at + 5] ?? 0) << 8)) << 16) >> 16
  const away = Math.abs(zone)
  return `${dayOf(Math.floor(seconds / 86_400))} ${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)} ${zone < 0 ? '-' : '+'}${two(Math.floor(away / 60))}${two(away % 60)}`
}

let lastDay = -1
let lastText = ''

/** Messages of one page are often of one day. */
function dayOf(day: number): string {
  if (day === lastDay) return lastText
  const date = new Date(day * 86_400_000)
  lastDay = day
  lastText = `${days[date.getUTCDay()]}, ${two(date.getUTCDate())} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
  return lastText
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
