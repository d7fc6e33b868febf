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
  /** They work for a customer that has customers of its own. */
  readonly reseller: boolean
  /** The mailbox that they use themselves. */
  readonly mailbox: string | null
  /** What they may do to what is in their reach; to their own mailbox they may do more. */
  readonly permissions: readonly Permission[]
  /** Before anything else. */
  readonly mustDo: readonly 'second-factor'[]
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

/** What is asked for beside the password. */
export interface SecondWanted {
  readonly kinds: readonly ('totp' | 'passkey' | 'recovery-code')[]
  /** undefined: they have none for this host. */
  readonly passkey?: PublicKeyCredentialRequestOptionsJSON
}

/** What somebody shows beside the password. */
export type GivenSecond = { readonly totp: string } | { readonly recoveryCode: string } | { readonly passkey: unknown }

export interface Credentials {
  readonly name: string
  readonly password: string
  /** For whom, where they work for several. */
  readonly customer?: string | undefined
  readonly second?: GivenSecond | undefined
}

/** `customers`: names of those that they work for, one of which is to be named, too. `second`: a second factor is asked for. Neither: they are in. */
interface SignInAnswer {
  readonly customers?: readonly string[]
  readonly second?: SecondWanted
}

/** What the customer's identity provider has sent the browser back with; then, where one is wanted, the second factor. */
type GivenByProvider = { readonly answer: ProviderAnswer; readonly second?: never } | { readonly answer?: never; readonly second: GivenSecond }

export interface ProviderAnswer {
  readonly providerId: string
  readonly state: string
  readonly code?: string
  readonly error?: string
  readonly iss?: string
}

/** @throws Problem */
export async function signIn(given: Credentials | { readonly passkey: unknown } | { readonly provider: GivenByProvider }): Promise<SignInAnswer> {
  const answer = (await ask('/api/session', { method: 'POST', body: JSON.stringify(given) })) as
    | Me
    | Required<Pick<SignInAnswer, 'customers'>>
    | Required<Pick<SignInAnswer, 'second'>>
  if ('customers' in answer || 'second' in answer) return answer
  // Nothing of whoever was here before.
  cache.clear()
  cache.setQueryData(readMe.queryKey, answer)
  return {}
}

/** By what service names of this domain sign in; undefined: none of their own. @throws Problem */
export async function providerOf(name: string): Promise<string | undefined> {
  const { provider } = (await ask('/api/session/way', { method: 'POST', body: JSON.stringify({ name }) })) as { readonly provider: string | null }
  return provider ?? undefined
}

/** Where the browser is to go for that. @throws Problem */
export async function wayToProvider(name: string): Promise<string> {
  return ((await ask('/api/session/provider', { method: 'POST', body: JSON.stringify({ name }) })) as { readonly location: string }).location
}

/** What the browser is asked for where a passkey is to be enough. @throws Problem */
export async function passkeyAlone(): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return (await ask('/api/session/passkey', { method: 'POST', body: '{}' })) as PublicKeyCredentialRequestOptionsJSON
}

/** @throws Problem */
export async function signOut(): Promise<void> {
  await ask('/api/session', { method: 'DELETE' })
  cache.clear()
}
