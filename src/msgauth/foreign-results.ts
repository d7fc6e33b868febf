import { skipCfws, readQuotedString } from '../message/lexer.ts'
import { eachField } from '../message/header-section.ts'
import { asBuffer } from '../message/octets.ts'

/** Octets [start, end) of the received message that are left out of what the destination gets (DESIGN decision 2). */
export interface Cut {
  readonly start: number
  readonly end: number
}

/**
 * Authentication-Results that came in and say that we wrote them (RFC 8601 5): whoever believes ours would believe them. `ours` are the
 * authserv-ids that we use or have used. Others' stay, as they may be of use to somebody who trusts them.
 */
export function forgedResults(headerSection: Uint8Array, ours: readonly string[]): Cut[] {
  const section = asBuffer(headerSection)
  const ids = new Set(ours.map((id) => id.toLowerCase()))
  const cuts: Cut[] = []
  for (const { start, nameEnd, valueStart, end } of eachField(section)) {
    if (nameEnd - start !== name.length || section.toString('latin1', start, nameEnd).toLowerCase() !== name) continue
    if (ids.has(authservId(section.toString('latin1', valueStart, end)))) cuts.push({ start, end })
  }
  return cuts
}

const name = 'authentication-results'

/** Lower case, without quotation marks, comments and a last dot: what a careless reader would take for our name. */
function authservId(value: string): string {
  const start = skipCfws(value, 0)
  const text = value[start] === '"' ? readQuotedString(value, start).value : (/^[^\s;(]*/.exec(value.slice(start))?.[0] ?? '')
  return text.trim().toLowerCase().replace(/\.$/, '')
}
