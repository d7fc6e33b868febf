import type { Principal } from '../api/principal.ts'
import { permissions } from '../base/permission.ts'
import type { ApiToken } from '../directory/query/api-tokens.ts'
import type { WebUser } from '../directory/query/web-users.ts'

/** Who asks, as operations know them: a program by a token, or somebody by a session, who may have to add a second factor first. */
export function principalOf(
  user: WebUser,
  by: { readonly token: ApiToken } | { readonly sessionId: string | undefined; readonly unready: boolean; readonly provider?: string | undefined },
): Principal {
  const who = whoIs(user)
  if ('sessionId' in by)
    return { ...who, sessionId: by.sessionId, ...(by.unready && { unready: true }), ...(by.provider !== undefined && { provider: by.provider }) }
  const { token } = by
  const { name, scopes } = token
  const allows = permissions.filter((permission) => scopes.includes(permission))
  return { ...who, token: { name, allows, ...(scopes.includes('read') && { reads: true }) } }
}

function whoIs({ owner, ownerId, name, customer, person, mailbox }: WebUser): Principal {
  if (owner === 'operator') return { kind: 'operator', operatorId: ownerId, name }
  // Everybody else belongs to a customer, and works for it or has a mailbox there.
  const customerId = customer?.customerId ?? 0
  if (person !== undefined) return { kind: 'person', ...person, customerId, ...(mailbox && { mailbox }) }
  if (mailbox !== undefined) return { kind: 'mailbox', ...mailbox, customerId }
  throw new Error(`${owner} ${ownerId} is nobody`)
}
