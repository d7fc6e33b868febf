import type { Directory } from '../directory/directory.ts'
import { apiTokensOf } from '../directory/query/api-tokens.ts'
import { type Holder, webUserNamed } from '../directory/query/web-users.ts'
import type { Principal } from './principal.ts'

/**
 * Whoever began something, with the rights that they have now: what goes on for hours in somebody's name ends with them. Undefined: they are gone or locked, or
 * their token is over.
 */
export async function asTheyAreNow(directory: Pick<Directory, 'query'>, principal: Principal, nowMs: number): Promise<Principal | undefined> {
  const holder = holderOf(principal)
  if (holder === undefined) return principal
  const user = await directory.query(webUserNamed, { kind: 'holder', ...holder })
  if (user === undefined || user.locked) return undefined
  const { token } = principal
  if (token !== undefined) {
    const kept = (await directory.query(apiTokensOf, holder)).find(({ name }) => name === token.name)
    if (kept === undefined || (kept.expiresAtMs !== null && kept.expiresAtMs <= nowMs)) return undefined
    if (!token.allows.every((permission) => kept.scopes.includes(permission))) return undefined
  }
  if (principal.kind !== 'person') return principal
  const { person, customer } = user
  if (person?.personId !== principal.personId || customer?.customerId !== principal.customerId) return undefined
  return { ...principal, role: person.role }
}

/** Undefined: the machine's owner. */
function holderOf(principal: Principal): Holder | undefined {
  switch (principal.kind) {
    case 'system':
      return undefined
    case 'operator':
      return { owner: 'operator', ownerId: principal.operatorId }
    case 'person':
      return principal.mailbox === undefined ? { owner: 'person', ownerId: principal.personId } : { owner: 'account', ownerId: principal.mailbox.accountId }
    case 'mailbox':
      return { owner: 'account', ownerId: principal.accountId }
  }
}
