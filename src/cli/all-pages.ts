/** All rows of a list that comes in pages. `page` is given what to ask with beside its own fields. */
export async function allPages<Row>(
  page: (after: { readonly after?: string }) => Promise<{ readonly rows: readonly Row[]; readonly next?: string | undefined }>,
): Promise<readonly Row[]> {
  const all: Row[] = []
  let next: string | undefined
  do {
    const answer = await page(next === undefined ? {} : { after: next })
    all.push(...answer.rows)
    next = answer.next
  } while (next !== undefined)
  return all
}
