import { recordName, recordStrings, recordText } from '../../signing/key-record.ts'
import type { DomainKey, KeyOwner } from '../../signing/rows.ts'
import type { OperationContext } from '../context.ts'
import type { DkimKeyShown, DkimRecordShown } from '../contract/dkim.ts'
import type { Operations } from '../operation.ts'
import { actorOf } from '../principal.ts'
import { readDomain } from '../reading.ts'
import { Refused } from '../refused.ts'

/** Keys that mail is signed with, and their DNS records. */
export const dkimOperations: Operations<'dkim.list' | 'dkim.records' | 'dkim.check' | 'dkim.rotate'> = {
  async 'dkim.list'(context, { domain }) {
    const { dkim } = context
    return { keys: (domain === undefined ? await dkim.all() : await dkim.of(await owner(context, domain))).map(shown) }
  },

  async 'dkim.records'(context, { domain }) {
    return { records: (await context.dkim.of(await owner(context, domain))).map(recordOf) }
  },

  async 'dkim.check'(context, { domain }) {
    const whose = await owner(context, domain)
    // Those that are missing are made.
    await context.dkim.of(whose)
    await context.dkim.check(whose)
    return { keys: (await context.dkim.of(whose)).map(shown) }
  },

  async 'dkim.rotate'(context, { domain }) {
    const whose = await owner(context, domain)
    await context.dkim.rotate(whose, actorOf(context.principal))
    return { records: (await context.dkim.of(whose)).map(recordOf) }
  },
}

async function owner({ dkim }: OperationContext, text: string): Promise<KeyOwner> {
  const domain = readDomain('domain', text)
  const found = await dkim.owner(domain)
  if (found !== undefined) return found
  throw new Refused('unknown', 'domain', {
    en: `${domain} is neither a domain of this installation nor its own name`,
    de: `${domain} ist weder eine Domain dieser Installation noch ihr eigener Name`,
  })
}

function shown({ domain, selector, algorithm, state, stateAtMs, seen, checkedAtMs }: DomainKey): DkimKeyShown {
  const checked = checkedAtMs === undefined ? null : new Date(checkedAtMs).toISOString()
  return { domain, selector, algorithm, state, since: new Date(stateAtMs).toISOString(), seen, checked }
}

function recordOf(key: DomainKey): DkimRecordShown {
  const value = recordText(key.algorithm, key.publicKey)
  return { ...shown(key), name: recordName(key.selector, key.domain), type: 'TXT', value, strings: recordStrings(value), wanted: key.state !== 'withdrawn' }
}
