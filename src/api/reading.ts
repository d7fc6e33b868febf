import type { Text } from '../base/language.ts'
import { nearest } from '../base/nearest.ts'
import { dayBeginsMs, isTimeZone } from '../base/zoned-day.ts'
import { type AddressSettingKey, addressSettingKeys, addressSettings, isAddressSettingKey } from '../directory/address-settings.ts'
import { formatListEntry, parseListEntry } from '../directory/list-entry.ts'
import { parseSize, type SettingKind } from '../directory/setting-kind.ts'
import { protectionKeys } from '../directory/templates.ts'
import { isSettingKey, type SettingKey, settingKeys, settingOf } from '../directory/settings.ts'
import { type Address, parseAddress } from '../mail/address.ts'
import { parseDomain } from '../mail/domain.ts'
import { Refused } from './refused.ts'

/** Texts of an input, read: each gives the value or throws `Refused` that names the field and what would be right. */

export function readAddress(field: string, text: string): Address {
  const address = parseAddress(text.trim())
  if (address !== undefined && !address.domain.startsWith('[')) return address
  throw wrong(field, text, { en: 'an address such as ann@a.example', de: 'eine Adresse wie ann@a.example' }, { en: 'address', de: 'Adresse' })
}

export function readDomain(field: string, text: string): string {
  const domain = parseDomain(text.trim().replace(/\.$/, ''))
  if (domain !== undefined) return domain
  throw wrong(
    field,
    text,
    { en: 'a domain such as a.example or bücher.example', de: 'eine Domain wie a.example oder bücher.example' },
    { en: 'domain', de: 'Domain' },
  )
}

/** Names of customers, plans and operators: they stand in commands and logs. */
export function readName(field: string, text: string): string {
  const name = text.trim().toLowerCase()
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u.test(name)) return name
  throw wrong(field, text, { en: 'letters, digits, . _ and -, at most 63', de: 'Buchstaben, Ziffern, . _ und -, höchstens 63' }, { en: 'name', de: 'Name' })
}

/** What people call a password, key or token of theirs: by what has it. */
export function readLabel(field: string, text: string): string {
  const label = text.trim()
  // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
  if (label !== '' && [...label].length <= longestLabel && !/[\u0000-\u001f\u007f-\u009f]/.test(label) && label.isWellFormed()) return label
  throw wrong(
    field,
    text,
    { en: `what has it, such as "Ann's phone", at most ${longestLabel} characters`, de: `was es hat, etwa „Anns Telefon“, höchstens ${longestLabel} Zeichen` },
    { en: 'name', de: 'Name' },
  )
}

/** Characters. */
const longestLabel = 64

/** "4G"; undefined: "none". */
export function readSize(field: string, text: string): number | undefined {
  if (text === 'none' || text === 'unlimited') return undefined
  const bytes = parseSize(text)
  if (bytes !== undefined && bytes > 0) return bytes
  throw wrong(field, text, { en: 'a size such as 500M, 4G or none', de: 'eine Größe wie 500M, 4G oder none' }, { en: 'size', de: 'Größe' })
}

/** "10"; null: "none". */
export function readCount(field: string, text: string): number | null {
  if (text === 'none' || text === 'unlimited') return null
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw wrong(field, text, { en: 'a whole number or none', de: 'eine ganze Zahl oder none' }, { en: 'number', de: 'Zahl' })
}

export function readListEntry(field: string, text: string): string {
  const entry = parseListEntry(text)
  if (entry !== undefined) return formatListEntry(entry)
  const right = {
    en: 'ann@a.example (address), a.example (domain), .a.example (with subdomains), 192.0.2.0/24 (client), host:.a.example (client’s host name)',
    de: 'ann@a.example (Adresse), a.example (Domain), .a.example (mit Unterdomains), 192.0.2.0/24 (Rechner), host:.a.example (Name des Rechners)',
  }
  throw wrong(field, text, right, { en: 'entry', de: 'Eintrag' })
}

/** Keys and values of an address, each in its one spelling; null: inherit. */
export function readAddressSettings(values: Readonly<Record<string, string | null>>): Partial<Record<AddressSettingKey, string | null>> {
  const entries = Object.entries(values).map(([key, value]) => {
    if (!isAddressSettingKey(key)) throw unknownKey(key, addressSettingKeys)
    return [key, value === null ? null : readValue(key, value, addressSettings[key].kind)]
  })
  return Object.fromEntries(entries) as Partial<Record<AddressSettingKey, string | null>>
}

/** What a template of protection can hold: what is sent, and by which relays, is the operator's matter. */
export function readProtection(values: Readonly<Record<string, string | null>>): Partial<Record<AddressSettingKey, string | null>> {
  const read = readAddressSettings(values)
  const wrong = Object.keys(read).find((key) => !protectionKeys.some((one) => one === key))
  if (wrong === undefined) return read
  const list = protectionKeys.join(', ')
  throw new Refused('input', `values.${wrong}`, {
    en: `${wrong} cannot be in a template of protection; there can be ${list}`,
    de: `${wrong} kann nicht in einer Vorlage für den Schutz stehen; möglich sind ${list}`,
  })
}

/** The same for settings of the installation. */
export function readSettings(values: Readonly<Record<string, string | null>>): Partial<Record<SettingKey, string | null>> {
  const entries = Object.entries(values).map(([key, value]) => [
    readSettingKey(key),
    value === null ? null : readValue(key, value, settingOf(readSettingKey(key)).kind),
  ])
  return Object.fromEntries(entries) as Partial<Record<SettingKey, string | null>>
}

export function readSettingKey(key: string): SettingKey {
  if (isSettingKey(key)) return key
  throw unknownKey(key, settingKeys)
}

/** A day, as it came. */
export function readDay(field: string, text: string): string {
  const day = text.trim()
  if (dayBeginsMs(day, 'UTC') !== undefined) return day
  throw wrong(field, text, { en: 'a day such as 2026-12-20', de: 'ein Tag wie 2026-12-20' }, { en: 'day', de: 'Tag' })
}

export function readZone(field: string, text: string): string {
  const zone = text.trim()
  if (isTimeZone(zone)) return zone
  throw wrong(field, text, { en: 'one such as Europe/Berlin or UTC', de: 'eine wie Europe/Berlin oder UTC' }, { en: 'time zone', de: 'Zeitzone' })
}

/** A span of time, in ms. */
export function readSpan(field: string, text: string, kind: SettingKind<number>): number {
  const ms = kind.parse(text.trim())
  if (ms !== undefined) return ms
  throw wrong(field, text, kind.right, { en: 'span of time', de: 'Zeitspanne' })
}

/** When something began: a date, a date with time (local unless it says Z), or a span before now: 30m, 2h, 3d. */
export function readSince(field: string, text: string, nowMs: number): number {
  const span = /^(\d{1,6})([mhdw])$/.exec(text)
  if (span !== null) return nowMs - Number(span[1]) * spans[span[2] as keyof typeof spans]
  if (/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) {
    // A date alone would be read as UTC, a date with time as local: people mean their own clock in both.
    const ms = Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'))
    if (!Number.isNaN(ms)) return ms
  }
  throw wrong(field, text, { en: '2h, 3d, 2026-05-01 or 2026-05-01T13:30', de: '2h, 3d, 2026-05-01 oder 2026-05-01T13:30' }, { en: 'time', de: 'Zeitangabe' })
}

/** When something is to end: a date, a date with time (local unless it says Z), or a span from now on. In the future. */
export function readUntil(field: string, text: string, nowMs: number): number {
  const span = /^(\d{1,6})([mhdw])$/.exec(text)
  const ms = span === null ? readSince(field, text, nowMs) : nowMs + Number(span[1]) * spans[span[2] as keyof typeof spans]
  if (ms > nowMs) return ms
  throw new Refused('input', field, {
    en: `"${text}" is over; right would be a time to come`,
    de: `„${text}“ ist vorbei; richtig wäre ein Zeitpunkt in der Zukunft`,
  })
}

const spans = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const

function readValue(key: string, text: string, kind: SettingKind<unknown>): string {
  const value = kind.parse(text.trim())
  if (value !== undefined) return kind.format(value)
  // Of two values the nearer one may be the opposite of what was meant: "no" is nearer to "on" than to "off".
  const near = kind.choices === undefined || kind.choices.length < 3 ? undefined : nearest(text, kind.choices)
  const hint = near === undefined ? { en: '', de: '' } : { en: ` (did you mean ${near}?)`, de: ` (gemeint ${near}?)` }
  throw new Refused('input', `values.${key}`, {
    en: `${key}: "${text}" is not a value of this setting${hint.en}; right would be ${kind.right.en}`,
    de: `${key}: „${text}“ ist hier kein Wert${hint.de}; richtig wäre ${kind.right.de}`,
  })
}

function unknownKey(key: string, known: readonly string[]): Refused {
  const near = nearest(key, known)
  if (near !== undefined)
    return new Refused('input', `values.${key}`, {
      en: `there is no setting ${key}; did you mean ${near}?`,
      de: `eine Einstellung ${key} gibt es nicht; gemeint ${near}?`,
    })
  const list = known.join(', ')
  return new Refused('input', `values.${key}`, {
    en: `there is no setting ${key}; there are ${list}`,
    de: `eine Einstellung ${key} gibt es nicht; es gibt ${list}`,
  })
}

function wrong(field: string, text: string, right: Text, what: Text): Refused {
  return new Refused('input', field, {
    en: `"${text}" is no ${what.en}; right would be ${right.en}`,
    de: `„${text}“ ist keine gültige Angabe (${what.de}); richtig wäre ${right.de}`,
  })
}
