import { parseDomain } from '../../mail/domain.ts'

/** RFC 8461 3.2. */
export interface MtaStsPolicy {
  readonly mode: 'enforce' | 'testing' | 'none'
  /** Host names, `*.` in front for one label, lower case. Empty in mode `none` alone. */
  readonly mx: readonly string[]
  readonly maxAgeSeconds: number
}

/** RFC 8461 3.2: about a year. */
const mostMaxAgeSeconds = 31_557_600
/** Names of one policy; more of 64 kB cannot be meant. */
const maxNames = 1000

/** The `id` of `_mta-sts.DOMAIN`'s TXT records; undefined: there is no policy, or more than one, which is none (RFC 8461 3.1). */
export function readMtaStsRecord(texts: readonly string[]): string | undefined {
  const records = texts.filter((text) => /^v=STSv1[ \t]*(?:;|$)/.test(text))
  const [record] = records
  if (record === undefined || records.length > 1) return undefined
  const ids = record.split(';').map((field) => /^[ \t]*id[ \t]*=[ \t]*([A-Za-z0-9]{1,32})[ \t]*$/.exec(field)?.[1])
  return ids.find((id) => id !== undefined)
}

/** A policy's text; undefined: it is none. Of a field that may stand once the first one counts, unknown ones are passed over (RFC 8461 3.2). */
export function readMtaStsPolicy(text: string): MtaStsPolicy | undefined {
  const fields: (readonly [string, string])[] = []
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon < 0) {
      if (line.trim() !== '') return undefined
      continue
    }
    fields.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()])
  }
  const first = (name: string) => fields.find(([field]) => field === name)?.[1]
  const [mode, maxAge] = [first('mode'), first('max_age')]
  if (first('version') !== 'STSv1' || maxAge === undefined || !/^\d{1,10}$/.test(maxAge)) return undefined
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') return undefined
  const mx: string[] = []
  for (const [field, value] of fields) {
    if (field !== 'mx') continue
    const name = parseDomain(value.replace(/^\*\./, ''))
    if (name === undefined || mx.length === maxNames) return undefined
    mx.push(value.startsWith('*.') ? `*.${name}` : name)
  }
  if (mode !== 'none' && mx.length === 0) return undefined
  return { mode, mx, maxAgeSeconds: Math.min(Number(maxAge), mostMaxAgeSeconds) }
}

/** RFC 8461 4.1: a wildcard stands for the leftmost label, all of it. */
export function policyNames({ mx }: MtaStsPolicy, host: string): boolean {
  const dot = host.indexOf('.')
  return mx.some((name) => name === host || (name.startsWith('*.') && dot > 0 && name.slice(1) === host.slice(dot)))
}
