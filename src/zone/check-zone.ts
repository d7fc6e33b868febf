import { checkServices, checkSetupHosts } from './client-setup.ts'
import { checkDkim } from './dkim.ts'
import { checkDmarc } from './dmarc.ts'
import { type Finding, finding, type PartCheck, type PartState, partCheck, type ZonePart } from './finding.ts'
import { checkMailExchange, type Destination } from './mail-exchange.ts'
import { foundAt } from './record.ts'
import { checkReverse } from './reverse.ts'
import type { Seen } from './seen.ts'
import type { DomainSetup, Installation } from './setup.ts'
import { checkSpf } from './spf.ts'
import { checkDane, checkMtaSts, checkTlsReports } from './transport.ts'

/** What there is to say of a domain's zone. */
export interface ZoneCheck {
  readonly domain: string
  /** The worst of its parts; what is the operator's to put right, and the same for all domains, is left out. */
  readonly state: PartState
  /** Where its mail goes now. */
  readonly destination: Destination
  /** Hosts of others that get its mail. */
  readonly others: readonly string[]
  readonly parts: readonly PartCheck[]
}

const ofInstallation: ReadonlySet<ZonePart> = new Set<ZonePart>(['reverse', 'dane'])
const order: readonly PartState[] = ['error', 'warning', 'unknown', 'hint']

export function checkZone(setup: DomainSetup, installation: Installation, seen: Seen): ZoneCheck {
  const { destination, others, ...mx } = checkMailExchange(setup, installation, seen)
  const zone = checkWhole(setup, seen)
  const rest = [
    checkSpf(setup, installation, seen),
    checkDkim(setup, seen),
    checkDmarc(setup, seen),
    checkMtaSts(setup, installation, seen, others),
    checkTlsReports(setup, seen),
    checkSetupHosts(setup, installation, seen),
    checkServices(setup, installation, seen),
    checkReverse(installation, seen),
    checkDane(installation, seen),
  ]
  const parts = [zone, mx, ...rest]
  const states = new Set(parts.filter(({ part }) => !ofInstallation.has(part)).map(({ state }) => state))
  return { domain: setup.domain, state: order.find((state) => states.has(state)) ?? 'good', destination, others, parts }
}

/** What spoils all of a zone. */
function checkWhole({ domain }: DomainSetup, seen: Seen): PartCheck {
  const answer = seen.answer(domain, 'MX')
  const alias = seen.answer(domain, 'CNAME')
  const findings: Finding[] = [
    ...(answer.status === 'none' && answer.why === 'no such name' ? [finding('zone-none')] : []),
    ...seen.more.bogus.slice(0, 1).map((name) => finding('zone-bogus', { name })),
    ...(alias.status === 'found' ? [finding('zone-alias', { target: alias.records[0] ?? '' })] : []),
  ]
  return partCheck('zone', [], foundAt(seen, domain, 'CNAME'), findings)
}
