import type { ComponentProps } from 'react'
import type { OperationInput, OperationName, OperationOutput } from '../data/call.ts'
import { useChange } from '../data/operations.ts'
import { Question } from '../ui/dialog.tsx'

interface AskProps<Name extends OperationName> extends Omit<ComponentProps<typeof Question>, 'onAct' | 'pending' | 'problem'> {
  /** What "yes" does. */
  readonly operation: Name
  readonly input: OperationInput<Name>
  /** It was done, and the question is closed. */
  readonly onDone: (done: OperationOutput<Name>) => void
}

/** A question whose "yes" is an operation. Where that is refused, it stays open and says why. */
export function Ask<Name extends OperationName>({ operation, input, onDone, ...question }: AskProps<Name>) {
  const { run, pending, problem } = useChange(operation)
  const act = async () => {
    const done = await run(input)
    if (done === undefined) return
    question.onClose()
    onDone(done)
  }
  return <Question {...question} onAct={() => void act()} pending={pending} problem={problem} />
}
