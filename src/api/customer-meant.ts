import { customerNameQuery } from '../directory/query/listings.ts'
import type { OperationContext } from './context.ts'
import { readName } from './reading.ts'

/** The customer that an input names; where it names none, the one that the asker works for. Undefined: neither. */
export async function customerMeant({ directory, principal }: OperationContext, given: string | undefined): Promise<string | undefined> {
  if (given !== undefined) return readName('customer', given)
  return principal.kind === 'person' ? directory.query(customerNameQuery, { customerId: principal.customerId }) : undefined
}
