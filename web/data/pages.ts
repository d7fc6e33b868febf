import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { cache } from './cache.ts'
import { call, type OperationInput, type OperationName, type OperationOutput } from './call.ts'

/** Operations whose lists come in pages. */
type PagedName = {
  [Name in OperationName]: OperationOutput<Name> extends { readonly next?: string | undefined }
    ? 'after' extends keyof OperationInput<Name>
      ? Name
      : never
    : never
}[OperationName]

export interface Whole<Row> {
  readonly rows: readonly Row[]
  /** false: there are more than a page of ours should hold. */
  readonly complete: boolean
}

const mostRows = 50_000

/** A whole list, page after page: what has come is shown, and searched in the browser. */
export function useReadAll<Name extends PagedName, Row>(
  name: Name,
  input: Omit<OperationInput<Name>, 'after' | 'limit'>,
  rowsOf: (output: OperationOutput<Name>) => readonly Row[],
): UseQueryResult<Whole<Row>> {
  const queryKey = [name, 'all', input]
  return useQuery<Whole<Row>>({
    queryKey,
    queryFn: async ({ signal }) => {
      const isFirst = cache.getQueryData(queryKey) === undefined
      const rows: Row[] = []
      let after: string | undefined
      do {
        const output = await call(name, { ...input, after } as OperationInput<Name>, signal)
        rows.push(...rowsOf(output))
        after = (output as { readonly next?: string | undefined }).next
        // Later, what was there stays until all of it was read again.
        if (isFirst && after !== undefined) cache.setQueryData<Whole<Row>>(queryKey, { rows: [...rows], complete: true })
      } while (after !== undefined && rows.length < mostRows)
      return { rows, complete: after === undefined }
    },
  })
}
