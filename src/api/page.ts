import type { PageOf } from '../directory/query/page.ts'

/** Rows of a page where nobody says how many, and the most there are in one. */
export const mostRows = 1000

export function pageOf({ limit, after }: { readonly limit?: number | undefined; readonly after?: string | undefined }): PageOf {
  return { limit: limit ?? mostRows, after: after ?? '' }
}
