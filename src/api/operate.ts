import type { Text } from '../base/language.ts'
import type { OperationContext } from './context.ts'
import { type RefusalCode, Refused } from './refused.ts'
import { runNamed } from './run.ts'

/** What became of an operation that was asked for from elsewhere: a value that can be written down, since classes of errors cannot leave a process. */
export type Answered =
  | { readonly done: unknown; readonly refused?: never }
  | { readonly refused: { readonly code: RefusalCode; readonly field: string | undefined; readonly text: Text } }

/** Rejects with faults of ours only. */
export async function operate(context: OperationContext, name: string, input: unknown): Promise<Answered> {
  try {
    return { done: await runNamed(context, name, input) }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { refused: { code: error.code, field: error.field, text: error.text } }
  }
}
