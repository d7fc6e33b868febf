import type { FoundRecord, ZoneRecord } from './record.ts'
import { type FindingCode, findings, type Severity } from './words.ts'

/** What a zone has for mail. */
export const zoneParts = ['zone', 'mx', 'spf', 'dkim', 'dmarc', 'mta-sts', 'tls-rpt', 'autoconfig', 'srv', 'reverse', 'dane'] as const
export type ZonePart = (typeof zoneParts)[number]

/** One thing that is wrong, or could be better. */
export interface Finding {
  readonly code: FindingCode
  /** What the words of the finding leave room for. */
  readonly values: Readonly<Record<string, string>>
}

/** `unknown`: the DNS could not tell. */
export type PartState = 'good' | 'hint' | 'warning' | 'error' | 'unknown'

export interface PartCheck {
  readonly part: ZonePart
  readonly state: PartState
  readonly wanted: readonly (ZoneRecord & { readonly there: boolean })[]
  readonly found: readonly FoundRecord[]
  readonly findings: readonly Finding[]
}

export function finding(code: FindingCode, values: Readonly<Record<string, string>> = {}): Finding {
  return { code, values }
}

const order: readonly Severity[] = ['error', 'warning', 'unknown', 'hint']

/** `wanted`: what should stand; it is there where it is found in the same words. */
export function partCheck(part: ZonePart, wanted: readonly ZoneRecord[], found: readonly FoundRecord[], said: readonly Finding[]): PartCheck {
  const severities = new Set(said.map(({ code }) => findings[code].severity))
  const is = (one: ZoneRecord) => found.some(({ name, type, value }) => name === one.name && type === one.type && value === one.value)
  return {
    part,
    state: order.find((severity) => severities.has(severity)) ?? 'good',
    wanted: wanted.map((one) => ({ ...one, there: is(one) })),
    found,
    findings: said,
  }
}
