import { findings, inWords, nextSteps, partNames } from '../../zone/words.ts'
import { zoneLine } from '../../zone/record.ts'
import { customerIdQuery } from '../../directory/query/listings.ts'
import { zoneOwner, zoneStates } from '../../zone/rows.ts'
import type { PartCheck } from '../../zone/finding.ts'
import type { ZonePartShown } from '../contract/zones.ts'
import type { OperationContext } from '../context.ts'
import { customerMeant } from '../customer-meant.ts'
import { directoryRefused } from '../directory-refused.ts'
import { reachOf } from '../principal.ts'
import type { Operations } from '../operation.ts'
import { readDomain } from '../reading.ts'
import { Refused } from '../refused.ts'

const domainsShown = 1000

/** What is in the DNS for a domain's mail (SPEC E2). */
export const zoneOperations: Operations<'domain.dns' | 'domain.dns-states' | 'domain.proof'> = {
  async 'domain.dns'(context, input) {
    const owner = await context.directory.query(zoneOwner, { domain: readDomain('domain', input.domain) })
    if (owner.refused !== undefined) throw directoryRefused(owner.refused, 'domain')
    const { check, installation, checkedAtMs } = await context.zones.look(owner.found)
    const { domain, state, destination, others } = check
    const next = inWords(nextSteps[destination], { domain, hosts: others.join(', '), host: installation.hostName })
    return { domain, state, destination, others, next, checked: new Date(checkedAtMs).toISOString(), parts: check.parts.map(shown) }
  },

  async 'domain.proof'(context, input) {
    const { record, isThere } = await proofOf(context, readDomain('domain', input.domain), await customerMeant(context, input.customer))
    return { ...record, line: zoneLine(record), there: isThere, wanted: context.directory.settings['domain.self-service'] === 'proven' }
  },

  async 'domain.dns-states'(context, { state, after, limit }) {
    const rows = await context.directory.query(zoneStates, { reach: reachOf(context.principal), state, after: after ?? '', limit: limit ?? domainsShown })
    return { domains: rows.map(({ checkedAtMs, ...row }) => ({ ...row, checked: new Date(checkedAtMs).toISOString() })) }
  },
}

/**
 * Somebody who works for a customer adds a domain to it.
 * @throws Refused where that is the provider's to do, or where nothing shows that the domain is theirs
 */
export async function mustBeTheirs(context: OperationContext, domain: string, customer: string | undefined): Promise<void> {
  if (context.principal.kind !== 'person') return
  switch (context.directory.settings['domain.self-service']) {
    case 'always':
      return
    case 'never':
      throw new Refused('forbidden', 'domain', { en: 'domains are added by your provider', de: 'Domains fügt Ihr Anbieter hinzu' })
    case 'proven': {
      const { record, isThere } = await proofOf(context, domain, customer)
      if (isThere) return
      throw new Refused('conflict', 'domain', {
        en: `nothing shows yet that ${domain} is yours: please add to its DNS ${zoneLine(record)}`,
        de: `Noch zeigt nichts, dass ${domain} Ihnen gehört: bitte in ihr DNS eintragen: ${zoneLine(record)}`,
      })
    }
  }
}

async function proofOf({ directory, zones }: OperationContext, domain: string, customer: string | undefined) {
  if (customer === undefined) throw new Refused('input', 'customer', { en: 'say whose domain it is to be', de: 'bitte angeben, wessen Domain es werden soll' })
  const found = await directory.query(customerIdQuery, { name: customer })
  if (found.refused !== undefined) throw directoryRefused(found.refused, 'customer')
  return zones.ownership({ domain, customerId: found.found })
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
