import type { ToldCheck } from '../mail/check.ts'
import { isSending, type JournalEntry } from './entry.ts'

/** Did somebody who had signed in send it? His messages are the only ones with these checks. */
export function isSubmitted({ checks }: { readonly checks: readonly Pick<ToldCheck, 'check'>[] }): boolean {
  return checks.some(({ check }) => check === 'sender' || check === 'sending-limits')
}

/** `out`: from people of ours, or on its way to another server. */
export function directionOf(entry: Pick<JournalEntry, 'outcome' | 'checks'>): 'in' | 'out' {
  return isSending(entry.outcome) || isSubmitted(entry) ? 'out' : 'in'
}
