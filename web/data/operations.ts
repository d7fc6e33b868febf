import { type QueryKey, queryOptions, useMutation, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { cache, lostSession } from './cache.ts'
import { call, type OperationInput, type OperationName, type OperationOutput } from './call.ts'
import { type Problem, problemFrom } from './problem.ts'

/** The key under which an answer is kept: ['domain.list', {}]. */
function keyOf<Name extends OperationName>(name: Name, input: OperationInput<Name>): QueryKey {
  return [name, input]
}

function reading<Name extends OperationName>(name: Name, input: OperationInput<Name>) {
  return queryOptions({ queryKey: keyOf(name, input), queryFn: async ({ signal }) => await call(name, input, signal) })
}

interface Reading<Output> {
  /** false: not now. */
  readonly enabled?: boolean
  /** After what time it is read again, for what goes on by itself; undefined: not before something is changed. */
  readonly againMs?: (now: Output) => number | undefined
}

/** What an operation answers, kept and read again when something was changed. */
export function useRead<Name extends OperationName>(
  name: Name,
  input: OperationInput<Name>,
  { enabled = true, againMs }: Reading<OperationOutput<Name>> = {},
): UseQueryResult<OperationOutput<Name>> {
  // Its type is looked up once for each name, not computed through useQuery's.
  const refetchInterval = ({ state: { data } }: { readonly state: { readonly data: OperationOutput<Name> | undefined } }) =>
    (data !== undefined && againMs?.(data)) || false
  return useQuery({ ...reading(name, input), enabled, refetchInterval }) as UseQueryResult<OperationOutput<Name>>
}

/** A change that a screen makes. */
export interface Change<Name extends OperationName> {
  /** Resolves to undefined where it was refused: `problem` says why. */
  readonly run: (input: OperationInput<Name>) => Promise<OperationOutput<Name> | undefined>
  readonly pending: boolean
  /** Why the last one was refused; undefined again when the next begins. */
  readonly problem: Problem | undefined
  readonly reset: () => void
}

/** What is shown before the server has answered. Each names an answer that is kept, and what becomes of it. */
export type Foreseen = (
  put: <Name extends OperationName>(name: Name, input: OperationInput<Name>, next: (now: OperationOutput<Name>) => OperationOutput<Name>) => void,
) => void

/**
 * Doing an operation that changes something. Afterwards everything that is shown is read again, so that no screen has to know what else it touches.
 * `foresee` shows the outcome at once; where the change is refused, all is as before.
 */
export function useChange<Name extends OperationName>(name: Name, foresee?: (input: OperationInput<Name>) => Foreseen): Change<Name> {
  const mutation = useMutation<OperationOutput<Name>, Error, OperationInput<Name>, () => void>({
    mutationFn: async (input) => await call(name, input),
    onMutate: async (input) => {
      const restore: (() => void)[] = []
      const puts: (() => Promise<void>)[] = []
      foresee?.(input)((readName, readInput, next) => {
        puts.push(async () => {
          const key = keyOf(readName, readInput)
          await cache.cancelQueries({ queryKey: key })
          const before = cache.getQueryData<OperationOutput<typeof readName>>(key)
          if (before === undefined) return
          cache.setQueryData(key, next(before))
          restore.push(() => cache.setQueryData(key, before))
        })
      })
      for (const put of puts) await put()
      return () => {
        for (const back of restore) back()
      }
    },
    onError: (error, _, goBack) => {
      goBack?.()
      lostSession(error)
    },
    onSettled: readAgain,
  })
  return {
    run: async (input) => await mutation.mutateAsync(input).catch(() => undefined),
    pending: mutation.isPending,
    problem: mutation.error === null ? undefined : problemFrom(mutation.error),
    reset: mutation.reset,
  }
}

/** What an operation answers, kept nowhere: to what holds a secret. @throws Problem */
export async function askOnce<Name extends OperationName>(name: Name, input: OperationInput<Name>, signal: AbortSignal): Promise<OperationOutput<Name>> {
  try {
    return await call(name, input, signal)
  } catch (error) {
    lostSession(error)
    throw error
  }
}

/** Does it without a screen that waits for it, as undoing from a toast. @throws Problem */
export async function change<Name extends OperationName>(name: Name, input: OperationInput<Name>): Promise<OperationOutput<Name>> {
  try {
    return await call(name, input)
  } catch (error) {
    lostSession(error)
    throw error
  } finally {
    await readAgain()
  }
}

/** Reads what is shown again; what is kept but not shown, when it is shown next. */
async function readAgain(): Promise<void> {
  await cache.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' })
}
