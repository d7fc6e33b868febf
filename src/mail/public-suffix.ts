import { createRequire } from 'node:module'

type List = typeof import('tldts')

const load = createRequire(import.meta.url)
let list: List | undefined

/**
 * The registrable domain of a host name by the Public Suffix List; null: it has none. The list is read with the first question: a server that has just
 * started does without its 3 MB.
 */
export function registrableDomain(name: string, options?: Parameters<List['getDomain']>[1]): string | null {
  list ??= load('tldts') as List
  return list.getDomain(name, options)
}
