import type { Answer, RecordOf, RecordType } from '../../src/dns/answer.ts'
import { canonicalName, reverseName } from '../../src/dns/name.ts'
import type { Dns } from '../../src/msgauth/dns.ts'
import type { NameRecords, Zone } from './name-server.ts'

/** The resolver's answers for a zone, without a name server; any `fault` is a failure to answer. `questions`: each that came, as `TXT a.example`. */
export function zoneDns(zone: Zone, authenticated = false): Dns & { readonly questions: string[] } {
  const questions: string[] = []
  const lookup = async <Type extends RecordType>(name: string, type: Type): Promise<Answer<Type>> => {
    questions.push(`${type} ${name}`)
    const key = canonicalName(name) ?? ''
    const held = zone[key]
    if (held?.CNAME !== undefined && type !== 'CNAME') return lookup(held.CNAME, type)
    if (held?.fault !== undefined) return { status: 'failed', why: 'server failure' }
    const records = held === undefined ? [] : recordsOf(held, type)
    if (records.length > 0) return { status: 'found', records: records as RecordOf[Type][], expiresAtMs: (held?.ttl ?? 300) * 1000, authenticated }
    const exists = held !== undefined || Object.keys(zone).some((other) => other.endsWith(`.${key}`))
    return { status: 'none', why: exists ? 'no such record' : 'no such name', expiresAtMs: 0, authenticated }
  }
  return {
    questions,
    lookup,
    ptr: async (ip) => (zone[`ptr:${ip}`] === undefined ? lookup(reverseName(ip) ?? '', 'PTR') : pointers(zone[`ptr:${ip}`]?.PTR ?? [])),
  }
}

function pointers(names: readonly string[]): Answer<'PTR'> {
  return { status: 'found', records: names, expiresAtMs: 0, authenticated: false }
}

function recordsOf(held: NameRecords, type: RecordType): readonly RecordOf[RecordType][] {
  if (type === 'MX') return (held.MX ?? []).map(([preference, exchange]) => ({ preference, exchange: exchange.replace(/\.$/, '') }))
  if (type === 'TXT') return (held.TXT ?? []).map((text) => (typeof text === 'string' ? text : text.join('')))
  if (type === 'TLSA') {
    return (held.TLSA ?? []).map(([usage, selector, matchingType, hex]) => ({ usage, selector, matchingType, data: Uint8Array.from(Buffer.from(hex, 'hex')) }))
  }
  if (type === 'SRV') return (held.SRV ?? []).map(([priority, weight, port, target]) => ({ priority, weight, port, target }))
  if (type === 'CNAME') return held.CNAME === undefined ? [] : [held.CNAME]
  return held[type] ?? []
}
