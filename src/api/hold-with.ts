import type { HoldSubject } from '../queue/holds.ts'
import type { OperationContext } from './context.ts'

/** Who may not send has what waits held as well, and gets it going again with the lock's end (SPEC E6). `reason` null: there is no lock any more. */
export async function holdWith(context: Pick<OperationContext, 'queue'>, subject: HoldSubject, reason: string | null): Promise<void> {
  if (reason === null) await context.queue.release(subject)
  else await context.queue.hold(subject, reason)
}
