import { type Place, type RuleBlock, RuleError } from '../../base/rule-blocks.ts'
import { canonicalName } from '../../dns/name.ts'
import { readValues } from './rule-values.ts'

/**
 * About whom a list is asked: the client's address, the name in EHLO, the client's verified host name, the domains of the reverse-path, of From, of
 * DKIM signatures that verified, of links, and addresses in the place of a host name in links.
 */
export const listSubjects = ['client', 'helo', 'host', 'sender', 'from', 'dkim', 'url', 'url-ip'] as const
export type ListSubject = (typeof listSubjects)[number]

/** A list in the DNS (RFC 5782). */
export interface Blocklist {
  readonly name: string
  readonly zone: string
  readonly asks: readonly ListSubject[]
}

/** The same as a file tells of it. Without zone: that one of an earlier file, switched on or off. */
export interface BlocklistEntry {
  readonly name: string
  readonly on: boolean
  readonly list: Blocklist | undefined
  readonly place: Place
}

/**
 * Reads
 *
 *     blocklist SOME_LIST off
 *       zone bl.example.org
 *       asks client, url-ip
 *
 * `blocklist SOME_LIST on` alone switches on what an earlier file tells of.
 */
export function readBlocklist(block: RuleBlock, name: string): BlocklistEntry {
  const { head, place } = block
  const [, , state, more] = head
  if ((state !== 'on' && state !== 'off') || more !== undefined) throw new RuleError(place, `"blocklist ${name}" is followed by "on" or "off"`)
  if (block.lines.length === 0) return { name, on: state === 'on', list: undefined, place }
  const values = readValues(block, ['zone', 'asks'])
  const one = (key: string) => {
    const [first, second] = values.filter((value) => value.key === key)
    if (first === undefined || first.value === '') throw new RuleError(place, `blocklist ${name} lacks "${key}"`)
    if (second !== undefined) throw new RuleError(second.place, `blocklist ${name} has "${key}" twice`)
    return first
  }
  const zone = canonicalName(one('zone').value)
  if (zone === undefined || !zone.includes('.')) throw new RuleError(one('zone').place, `"${one('zone').value}" is no zone of the DNS`)
  const asks = one('asks')
    .value.split(',')
    .map((text) => {
      const subject = listSubjects.find((known) => known === text.trim())
      if (subject === undefined) throw new RuleError(one('asks').place, `"${text.trim()}" is none of ${listSubjects.join(', ')}`)
      return subject
    })
  return { name, on: state === 'on', list: { name, zone, asks }, place }
}
