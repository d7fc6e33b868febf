import type { FastifyRequest } from 'fastify'
import type { Principal } from '../api/principal.ts'
import type { WebSignIn } from '../auth/web/sign-in.ts'
import type { WebUser } from '../directory/query/web-users.ts'
import { parseAddress } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import { isSameOrigin } from './same-origin.ts'
import { signedIn } from './session.ts'

/** Who asks, and whether what they ask may have been put into their mouth by a page of somebody else's. */
export type Asker = { readonly principal: Principal; readonly foreign?: never } | { readonly foreign: true }

/** By the cookie of a session; undefined: nobody who is known. */
export async function askerOf(signIn: WebSignIn, request: FastifyRequest): Promise<Asker | undefined> {
  const found = await signedIn(signIn, request)
  if (found === undefined) return undefined
  const reads = request.method === 'GET' || request.method === 'HEAD'
  return reads || isSameOrigin(request) ? { principal: principalOf(found.user) } : { foreign: true }
}

function principalOf({ owner, ownerId, name, customerId }: WebUser): Principal {
  if (owner === 'operator') return { kind: 'operator', operatorId: ownerId, name }
  const address = parseAddress(name)
  if (address === undefined || customerId === undefined) throw new Error(`account ${ownerId} has no address`)
  return { kind: 'mailbox', accountId: ownerId as AccountId, address, customerId }
}
