import type { OperationContext } from './context.ts'
import type { OperationInput, OperationName, OperationOutput } from './contract.ts'

/** How operations are written: one function for each name. */
export type Operations<Names extends OperationName = OperationName> = {
  readonly [Name in Names]: (context: OperationContext, input: OperationInput<Name>) => Promise<OperationOutput<Name>>
}
