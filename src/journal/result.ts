import type { ToldCheck } from '../mail/check.ts'
import type { JournalOutcome } from './entry.ts'

/** What people look for: where mail is, in four words. What was judged spam is `spam` whatever became of it, and one of the others too. */
export type JournalResult = 'delivered' | 'waiting' | 'refused' | 'spam'

export const outcomesOf: Readonly<Record<Exclude<JournalResult, 'spam'>, readonly JournalOutcome[]>> = {
  delivered: ['delivered', 'forwarded', 'sent', 'relayed'],
  waiting: ['deferred', 'delayed'],
  refused: ['refused', 'discarded', 'failed', 'removed'],
}

export function hasResult({ outcome, checks }: { readonly outcome: JournalOutcome; readonly checks: readonly ToldCheck[] }, result: JournalResult): boolean {
  return result === 'spam' ? checks.some(({ check, result: found }) => check === 'content-filter' && found === 'fail') : outcomesOf[result].includes(outcome)
}
