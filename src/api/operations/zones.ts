import { findings, inWords, nextSteps, partNames } from '../../zone/words.ts'
import { zoneLine } from '../../zone/record.ts'
import { zoneOwner, zoneStates } from '../../zone/rows.ts'
import type { PartCheck } from '../../zone/finding.ts'
import type { ZonePartShown } from '../contract/zones.ts'
import { directoryRefused } from '../directory-refused.ts'
import { reachOf } from '../principal.ts'
import type { Operations } from '../operation.ts'
import { readDomain } from '../reading.ts'

const domainsShown = 1000

/** What is in the DNS for a domain's mail (SPEC E2). */
export const zoneOperations: Operations<'domain.dns' | 'domain.dns-states'> = {
  async 'domain.dns'(context, input) {
    const owner = await context.directory.query(zoneOwner, { domain: readDomain('domain', input.domain) })
    if (owner.refused !== undefined) throw directoryRefused(owner.refused, 'domain')
    const { check, installation, checkedAtMs } = await context.zones.look(owner.found)
    const { domain, state, destination, others } = check
    const next = inWords(nextSteps[destination], { domain, hosts: others.join(', '), host: installation.hostName })
    return { domain, state, destination, others, next, checked: new Date(checkedAtMs).toISOString(), parts: check.parts.map(shown) }
  },

  async 'domain.dns-states'(context, { state, after, limit }) {
    const rows = await context.directory.query(zoneStates, { reach: reachOf(context.principal), state, after: after ?? '', limit: limit ?? domainsShown })
    return { domains: rows.map(({ checkedAtMs, ...row }) => ({ ...row, checked: new Date(checkedAtMs).toISOString() })) }
  },
}

function shown({ part, state, wanted, found, findings: said }: PartCheck): ZonePartShown {
  return {
    part,
    name: partNames[part],
    state,
    wanted: wanted.map((record) => ({ ...record, line: zoneLine(record) })),
    found,
    findings: said.map(({ code, values }) => {
      const { severity, meaning, advice } = findings[code]
      return { code, severity, meaning: inWords(meaning, values), advice: inWords(advice, values) }
    }),
  }
}
