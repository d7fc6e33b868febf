import type { Text } from '../base/language.ts'
import { readRefusingLists } from '../dns/refusing-list.ts'
import { formatAddress, parseAddress } from '../mail/address.ts'
import { parseDomain } from '../mail/domain.ts'
import { formatCidr, parseCidr } from '../mail/ip.ts'

/** What a setting's value may be: how it is read, how it is written, and what would be right where it is wrong. */
export interface SettingKind<Value> {
  /** Undefined: not such a value. */
  parse(text: string): Value | undefined
  /** The one spelling, which `parse` reads back. */
  format(value: Value): string
  /** Completes "right would be …". */
  readonly right: Text
  /** Closed kinds: every value, for help and for the nearest one. */
  readonly choices?: readonly string[]
}

/** One setting. `fallback` holds where nobody has set it. */
export interface Setting<Value> {
  readonly kind: SettingKind<Value>
  readonly fallback: Value
  readonly meaning: Text
}

export const onOff: SettingKind<boolean> = {
  parse: (text) => (text === 'on' ? true : text === 'off' ? false : undefined),
  format: (value) => (value ? 'on' : 'off'),
  right: { en: 'on or off', de: 'on oder off' },
  choices: ['on', 'off'],
}

export function choice<const Values extends readonly string[]>(values: Values): SettingKind<Values[number]> {
  return {
    parse: (text) => values.find((value) => value === text),
    format: (value) => value,
    right: { en: `one of ${values.join(', ')}`, de: `eines von ${values.join(', ')}` },
    choices: values,
  }
}

/** A whole number, both ends included. */
export function count(least: number, most: number): SettingKind<number> {
  return {
    parse: (text) => (/^\d{1,15}$/.test(text) ? within(Number(text), least, most) : undefined),
    format: String,
    right: { en: `a whole number from ${least} to ${most}`, de: `eine ganze Zahl von ${least} bis ${most}` },
  }
}

/** Points of the content filter, with up to two decimals. */
export const points: SettingKind<number> = {
  parse: (text) => (/^\d{1,3}(\.\d{1,2})?$/.test(text) ? within(Number(text), 0.1, 100) : undefined),
  format: String,
  right: { en: 'a number from 0.1 to 100, such as 6 or 2.5', de: 'eine Zahl von 0.1 bis 100, etwa 6 oder 2.5' },
}

/** What something is multiplied by, with up to two decimals. */
export const factor: SettingKind<number> = {
  parse: (text) => (/^\d{1,2}(\.\d{1,2})?$/.test(text) ? within(Number(text), 0.01, 10) : undefined),
  format: String,
  right: { en: 'a number from 0.01 to 10, such as 1 or 0.5', de: 'eine Zahl von 0.01 bis 10, etwa 1 oder 0.5' },
}

/** The same; Infinity is "off": no score reaches it. */
export const pointsOrOff: SettingKind<number> = {
  parse: (text) => (text === 'off' ? Infinity : points.parse(text)),
  format: (value) => (value === Infinity ? 'off' : points.format(value)),
  right: { en: 'a number from 0.1 to 100, or off', de: 'eine Zahl von 0.1 bis 100, oder off' },
}

/** Printable ASCII, of which a header field can be made. */
export function asciiText(longest: number): SettingKind<string> {
  return {
    parse: (text) => (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && text.length <= longest ? text : undefined),
    format: (value) => value,
    right: { en: `letters, digits and signs of ASCII, at most ${longest}`, de: `Buchstaben, Ziffern und Zeichen aus ASCII, höchstens ${longest}` },
  }
}

/** The same from 10 characters on; '' is "none". */
export function asciiTextOrNone(longest: number): SettingKind<string> {
  const kind = asciiText(longest)
  return {
    parse: (text) => (text === 'none' || text === '' ? '' : text.length < 10 ? undefined : kind.parse(text)),
    format: (value) => (value === '' ? 'none' : value),
    right: { en: `10 to ${longest} characters of ASCII, or none`, de: `10 bis ${longest} Zeichen aus ASCII, oder none` },
  }
}

const timeUnits = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A span of time: 500ms, 60s, 5m, 24h, 36d. The value is in milliseconds. */
export function duration(least: string, most: string): SettingKind<number> {
  const leastMs = parseDuration(least) ?? 0
  const mostMs = parseDuration(most) ?? Number.MAX_SAFE_INTEGER
  return {
    parse: (text) => within(parseDuration(text), leastMs, mostMs),
    format: formatDuration,
    right: {
      en: `a time from ${least} to ${most}, such as 500ms, 60s, 5m, 24h or 36d`,
      de: `eine Zeit von ${least} bis ${most}, etwa 500ms, 60s, 5m, 24h oder 36d`,
    },
  }
}

function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text)
  if (match === null) return text === '0' ? 0 : undefined
  return Number(match[1]) * timeUnits[match[2] as keyof typeof timeUnits]
}

/** In the largest unit that leaves no rest, up to a day only past two of them: 24h, 36d. */
function formatDuration(ms: number): string {
  if (ms === 0) return '0'
  if (ms % timeUnits.d === 0 && ms > timeUnits.d) return `${ms / timeUnits.d}d`
  if (ms % timeUnits.h === 0) return `${ms / timeUnits.h}h`
  if (ms % timeUnits.m === 0 && ms > timeUnits.m) return `${ms / timeUnits.m}m`
  return ms % timeUnits.s === 0 ? `${ms / timeUnits.s}s` : `${ms}ms`
}

const sizeUnits = ['', 'K', 'M', 'G', 'T'] as const

/** A size in bytes: 500K, 100M, 4G (powers of 1024), or a plain number of bytes. Undefined: not a size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,15})([KMGT]?)(?:i?B)?$/i.exec(text)
  if (match === null) return undefined
  const bytes = Number(match[1]) * 1024 ** sizeUnits.indexOf((match[2] ?? '').toUpperCase() as (typeof sizeUnits)[number])
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** In the largest unit that leaves no rest: 4G, 100M, 1500. */
export function formatSize(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value !== 0 && value % 1024 === 0 && unit < sizeUnits.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value}${sizeUnits[unit]}`
}

export function size(least: string, most: string): SettingKind<number> {
  return {
    parse: (text) => within(parseSize(text), parseSize(least) ?? 0, parseSize(most) ?? Number.MAX_SAFE_INTEGER),
    format: formatSize,
    right: { en: `a size from ${least} to ${most}, such as 500K, 100M or 4G`, de: `eine Größe von ${least} bis ${most}, etwa 500K, 100M oder 4G` },
  }
}

/** Networks in CIDR notation, with a space between; '' is "none". */
export const networks: SettingKind<string> = {
  parse(text) {
    const read = (text === 'none' ? '' : text)
      .split(/[\s,]+/)
      .filter((part) => part !== '')
      .map(parseCidr)
    return read.includes(undefined) ? undefined : read.flatMap((cidr) => (cidr === undefined ? [] : formatCidr(cidr))).join(' ')
  },
  format: (value) => (value === '' ? 'none' : value),
  right: { en: 'networks such as 127.0.0.0/8 2001:db8::/32, or none', de: 'Netze wie 127.0.0.0/8 2001:db8::/32, oder none' },
}

/** A host's name as an A-label; '' is "none". */
export const hostOrNone: SettingKind<string> = {
  parse: (text) => (text === 'none' || text === '' ? '' : parseDomain(text)),
  format: (value) => (value === '' ? 'none' : value),
  right: { en: 'a host name such as mail.example.org, or none', de: 'ein Rechnername wie mail.example.org, oder none' },
}

/** Domains as A-labels, with commas between; '' is "none". */
export const domainsOrNone: SettingKind<string> = {
  parse(text) {
    const names = text === 'none' ? [] : text.split(/[ ,]+/).filter((name) => name !== '')
    const domains = names.map(parseDomain)
    return domains.length > 100 || domains.includes(undefined) ? undefined : [...new Set(domains)].join(',')
  },
  format: (value) => (value === '' ? 'none' : value),
  right: { en: 'domains such as a.example,b.example, at most 100, or none', de: 'Domains wie a.example,b.example, höchstens 100, oder none' },
}

/** An address; '' is "none". Whether it exists is checked where it is set. */
export const addressOrNone: SettingKind<string> = {
  parse(text) {
    if (text === 'none' || text === '') return ''
    const address = parseAddress(text)
    return address === undefined ? undefined : formatAddress(address)
  },
  format: (value) => (value === '' ? 'none' : value),
  right: { en: 'an address such as postmaster@a.example, or none', de: 'eine Adresse wie postmaster@a.example, oder none' },
}

/** One line of text, at most so many characters; '' is "none". */
export function lineOrNone(most: number): SettingKind<string> {
  return {
    parse: (text) => (text === 'none' ? '' : text.length <= most && !/\p{Cc}/u.test(text) ? text : undefined),
    format: (value) => (value === '' ? 'none' : value),
    right: { en: `one line of at most ${most} characters, or none`, de: `eine Zeile von höchstens ${most} Zeichen, oder none` },
  }
}

/** Where somebody can be reached (RFC 5464 3.2.1.1); '' is "none". */
export const contactOrNone: SettingKind<string> = {
  parse: (text) => (text === 'none' || text === '' ? '' : /^(?:mailto|tel|https|xmpp|sip):[!-~]{1,500}$/.test(text) ? text : undefined),
  format: (value) => (value === '' ? 'none' : value),
  right: {
    en: 'a URI such as mailto:postmaster@a.example, tel:+49301234567 or https://a.example/help, or none',
    de: 'eine URI wie mailto:postmaster@a.example, tel:+49301234567 oder https://a.example/hilfe, oder none',
  },
}

/** Blocklists of addresses, with the answers that count; '' is "none". */
export const refusingListsOrNone: SettingKind<string> = {
  parse(text) {
    const written = text === 'none' ? '' : text.replaceAll(' ', '').toLowerCase()
    return readRefusingLists(written) === undefined || written.length > 1000 ? undefined : written
  },
  format: (value) => (value === '' ? 'none' : value),
  right: {
    en: 'zones such as bl.example.org or bl.example.org=127.0.0.2-11, with commas between them, or none',
    de: 'Zonen wie bl.example.org oder bl.example.org=127.0.0.2-11, mit Kommas dazwischen, oder none',
  },
}

function within(value: number | undefined, least: number, most: number): number | undefined {
  return value !== undefined && value >= least && value <= most ? value : undefined
}
