import { useSuspenseQuery, queryOptions } from '@tanstack/react-query'
import { ask } from './call.ts'
import { cache } from './cache.ts'

/** Who is signed in, as `GET /api/me` says it. */
export interface Me {
  readonly kind: 'operator' | 'person' | 'mailbox'
  /** What they sign in with. */
  readonly name: string
  /** Of a person. */
  readonly role: 'owner' | 'manager' | 'helpdesk' | 'read-only' | null
  /** null: an operator, who belongs to none. */
  readonly customer: string | null
  /** The mailbox that they use themselves. */
  readonly mailbox: string | null
  /** What they may do to what is in their reach; to their own mailbox they may do more. */
  readonly permissions: readonly Permission[]
}

/** See src/api/principal.ts. */
type Permission = 'see' | 'help' | 'manage' | 'mail' | 'people' | 'operate'

export const readMe = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => (await ask('/api/me', { signal })) as Me,
  staleTime: 60_000,
})

/** For screens behind the sign-in, whose route has seen to it that somebody is. */
export function useMe(): Me {
  return useSuspenseQuery(readMe).data
}

/** May they do such things at all, to what is in their reach? */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useMe()
  return (permission) => permissions.includes(permission)
}

/** `customers`: names of those that they work for, one of which is to be named, too. */
type SignInAnswer = Me | { readonly customers: readonly string[] }

/** Resolves to the customers that they work for where one of several is to be chosen. @throws Problem */
export async function signIn(name: string, password: string, customer?: string): Promise<readonly string[] | undefined> {
  const answer = (await ask('/api/session', { method: 'POST', body: JSON.stringify({ name, password, customer }) })) as SignInAnswer
  if ('customers' in answer) return answer.customers
  // Nothing of whoever was here before.
  cache.clear()
  cache.setQueryData(readMe.queryKey, answer)
  return undefined
}

/** @throws Problem */
export async function signOut(): Promise<void> {
  await ask('/api/session', { method: 'DELETE' })
  cache.clear()
}
