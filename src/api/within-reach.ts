import { customerIdsWithin } from '../directory/query/reach.ts'
import type { OperationContext } from './context.ts'
import { reachOf } from './principal.ts'

/** Customers whose things the asker sees; undefined: all, and what is nobody's. */
export async function customersWithinReach({
  principal,
  directory,
}: Pick<OperationContext, 'principal' | 'directory'>): Promise<readonly number[] | undefined> {
  const reach = reachOf(principal)
  return reach.kind === 'all' ? undefined : await directory.query(customerIdsWithin, { reach })
}
