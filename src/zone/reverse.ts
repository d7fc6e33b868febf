import { reverseName } from '../dns/name.ts'
import { type Finding, finding, type PartCheck, partCheck } from './finding.ts'
import { foundAt, type ZoneRecord } from './record.ts'
import type { Seen } from './seen.ts'
import type { Installation } from './setup.ts'

/** Names of our addresses, which lead back to them (SPEC A1 is what others ask of us, too). They stand in the zone of who gave us the addresses. */
export function checkReverse({ hostName }: Installation, seen: Seen): PartCheck {
  const ips = seen.more.reverse.map(({ ip }) => ip)
  const wanted = ips.map((ip): ZoneRecord => ({ name: reverseName(ip) ?? ip, type: 'PTR', value: `${hostName}.` }))
  const found = ips.flatMap((ip) => foundAt(seen, reverseName(ip) ?? '', 'PTR'))
  const part = partCheck(
    'reverse',
    wanted,
    found,
    seen.more.reverse.flatMap(({ ip, names }) => faultOf(ip, names)),
  )
  const fine = new Set(seen.more.reverse.filter(({ names }) => names.status === 'verified').map(({ ip }) => reverseName(ip)))
  // Relays have names of their own: any that leads back will do.
  return { ...part, wanted: part.wanted.map((one) => ({ ...one, there: fine.has(one.name) })).filter(({ there }) => !there) }
}

function faultOf(ip: string, names: Seen['more']['reverse'][number]['names']): Finding[] {
  if (names.status === 'verified') return []
  if (names.status === 'failed') return [finding('reverse-unknown', { ip, why: names.detail })]
  return [names.why === 'no name' ? finding('reverse-none', { ip }) : finding('reverse-not-back', { ip, name: names.names.join(', ') })]
}
