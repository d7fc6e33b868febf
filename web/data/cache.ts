import { QueryCache, QueryClient } from '@tanstack/react-query'
import { Problem } from './problem.ts'

/** What was read stays fresh for so long; changes made here are seen at once all the same. */
const freshMs = 15_000

/** Who wants to know that nobody is signed in any more. */
let signedOut: () => void = () => {}

export function onSignedOut(then: () => void): void {
  signedOut = then
}

/** A refusal because nobody is signed in any more leads to the sign-in. */
export function lostSession(error: unknown): void {
  if (error instanceof Problem && error.status === 401) signedOut()
}

/** What was read from the server, for the whole application. */
export const cache = new QueryClient({
  queryCache: new QueryCache({
    onError: lostSession,
  }),
  defaultOptions: {
    queries: {
      staleTime: freshMs,
      // Refusals stay what they are; a server that restarts is back in a moment.
      retry: (failures, error) => failures < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
    },
  },
})
