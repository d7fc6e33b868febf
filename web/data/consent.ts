import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { ask } from './call.ts'

/** What somebody is asked on behalf of a program (src/auth/provider/consent.ts). */
export interface Question {
  /** What the program calls itself; '': nothing. */
  readonly program: string
  /** The operator knows it; else anybody may have called it so. */
  readonly known: boolean
  readonly protocols: readonly string[]
  /** The host that gets the answer; null: a program on this device. */
  readonly site: string | null
  /** The mailbox that the program says it is about; null: it does not say. */
  readonly wanted: string | null
  /** The mailbox of who is asked; null: they have none. */
  readonly mailbox: string | null
  /** Their sign-in is long ago: for a yes their password is wanted. */
  readonly password: boolean
}

export function useQuestion(uid: string): UseQueryResult<Question> {
  const queryKey = ['consent', uid]
  return useQuery({ queryKey, queryFn: async ({ signal }) => (await ask(`/oauth/consent/${encodeURIComponent(uid)}/question`, { signal })) as Question })
}

/** Resolves to where the browser goes back by. @throws Problem */
export async function answerQuestion(uid: string, allow: boolean, password?: string): Promise<string> {
  const path = `/oauth/consent/${encodeURIComponent(uid)}/answer`
  return ((await ask(path, { method: 'POST', body: JSON.stringify({ allow, password }) })) as { readonly to: string }).to
}
