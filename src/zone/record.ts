import type { Answer, RecordOf, RecordType } from '../dns/answer.ts'
import type { Seen } from './seen.ts'

/** A record as people copy it into a form: host, type, value. */
export interface ZoneRecord {
  /** The whole name, without the last dot. */
  readonly name: string
  readonly type: RecordType
  readonly value: string
}

/** One that is there; a TTL of a resolver's memory runs down, so the zone's own is this long or longer. */
export interface FoundRecord extends ZoneRecord {
  readonly ttlSeconds: number
}

/** TTL of records that are advised: an hour lets a mistake be put right within one. */
const advisedTtlSeconds = 3600
/** Longest string of a TXT record (RFC 1035 3.3). */
const longestString = 255

/** The record as a line of a zone file (RFC 1035 5.1). */
export function zoneLine({ name, type, value }: ZoneRecord): string {
  return `${name}. ${advisedTtlSeconds} IN ${type} ${type === 'TXT' ? txtStrings(value) : value}`
}

/** A text as quoted strings, none longer than DNS allows. */
function txtStrings(text: string): string {
  const strings = text.match(new RegExp(`[\\s\\S]{1,${longestString}}`, 'g')) ?? ['']
  return strings.map((string) => `"${string.replace(/["\\]/g, '\\$&')}"`).join(' ')
}

type Values = { readonly [Type in RecordType]: (record: RecordOf[Type]) => string }

const values: Values = {
  A: (ip) => ip,
  AAAA: (ip) => ip,
  PTR: (name) => `${name}.`,
  CNAME: (name) => `${name}.`,
  MX: ({ preference, exchange }) => `${preference} ${exchange}.`,
  TXT: (text) => text,
  TLSA: ({ usage, selector, matchingType, data }) => `${usage} ${selector} ${matchingType} ${Buffer.from(data).toString('hex')}`,
  SRV: ({ priority, weight, port, target }) => `${priority} ${weight} ${port} ${target}.`,
}

/** What stands at a name now. `wanted`: of several TXT records, those that are meant. */
export function foundAt<Type extends RecordType>(
  seen: Seen,
  name: string,
  type: Type,
  wanted: (record: RecordOf[Type]) => boolean = () => true,
): FoundRecord[] {
  const answer: Answer<Type> = seen.answer(name, type)
  if (answer.status !== 'found') return []
  const ttlSeconds = Math.max(0, Math.round((answer.expiresAtMs - seen.nowMs) / 1000))
  return answer.records.filter(wanted).map((record) => ({ name, type, value: values[type](record), ttlSeconds }))
}
