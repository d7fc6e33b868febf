import { parseAddress } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import type { Directory } from './directory.ts'
import type { Person } from './query/people.ts'

/**
 * People of one domain: who may share with whom (SPEC C9). It is asked at each use and not only when something is shared, so that
 * what was shared ends for who has moved to another domain.
 */
export interface Neighbours {
  /** Those of `others` that are of the same domain as the account. */
  of(accountId: AccountId, others: readonly AccountId[]): Promise<ReadonlyMap<AccountId, Person>>
  /** By an address or alias; undefined: there is none of the account's domain. */
  find(accountId: AccountId, address: string): Promise<Person | undefined>
  /** Called when who is whose neighbour may have changed; returns how to stop. */
  onChange(listener: () => void): () => void
}

export function neighbours(directory: Pick<Directory, 'people' | 'signInRow' | 'onChange'>): Neighbours {
  const of: Neighbours['of'] = async (accountId, others) => {
    const people = await directory.people([accountId, ...others])
    const domain = people.get(accountId)?.address.domain
    return new Map([...people].filter(([id, person]) => person.address.domain === domain && others.includes(id)))
  }
  return {
    of,
    async find(accountId, text) {
      const address = parseAddress(text)
      const row = address && (await directory.signInRow(address))
      return row && (await of(accountId, [row.accountId])).get(row.accountId)
    },
    onChange: (listener) => directory.onChange(listener),
  }
}
