import type { OperationContext } from './context.ts'
import { contract, isOperationName, type OperationInput, type OperationName, type OperationOutput } from './contract.ts'
import type { Operations } from './operation.ts'
import { addressOperations } from './operations/addresses.ts'
import { journalOperations } from './operations/journal.ts'
import { mailboxOperations } from './operations/mailboxes.ts'
import { organisationOperations } from './operations/organisation.ts'
import { planOperations } from './operations/plans.ts'
import { pointerOperations } from './operations/pointers.ts'
import { settingOperations } from './operations/settings.ts'
import { Refused } from './refused.ts'

const operations: Operations = {
  ...organisationOperations,
  ...planOperations,
  ...mailboxOperations,
  ...pointerOperations,
  ...addressOperations,
  ...settingOperations,
  ...journalOperations,
}

/** Runs one operation. @throws Refused; anything else is a fault of ours */
export async function runOperation<Name extends OperationName>(
  context: OperationContext,
  name: Name,
  input: OperationInput<Name>,
): Promise<OperationOutput<Name>> {
  const checked = contract[name].input.safeParse(input)
  if (!checked.success) {
    const issue = checked.error.issues[0]
    const field = issue?.path.join('.')
    const reason = issue?.message ?? 'not what the contract says'
    throw new Refused('input', field, { en: `${field === '' ? 'input' : field}: ${reason}`, de: `${field === '' ? 'Eingabe' : field}: ${reason}` })
  }
  const run = operations[name] as (context: OperationContext, input: unknown) => Promise<OperationOutput<Name>>
  return run(context, checked.data)
}

/** The same for a name and input that came from outside. */
export async function runNamed(context: OperationContext, name: string, input: unknown): Promise<unknown> {
  if (!isOperationName(name)) throw new Refused('input', 'operation', { en: `there is no operation ${name}`, de: `eine Operation ${name} gibt es nicht` })
  return runOperation(context, name, input as OperationInput<typeof name>)
}
