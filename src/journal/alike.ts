import { networkOf } from '../mail/network.ts'
import type { CheckName, ToldCheck } from '../mail/check.ts'
import type { JournalEntry } from './entry.ts'

/**
 * Refusals are alike when they came from the same network (/24, /64), ended the same way because of the same check, and were
 * for the same address of ours; all that were for no address of a customer, or of nobody here (foreign, before RCPT), count as one. Whoever
 * guesses addresses or retries by the thousand makes rows by the hundred.
 */
export function alikeKey(entry: JournalEntry): string {
  return `${networkOf(entry.clientIp, 64)} ${entry.outcome} ${decidingCheck(entry.checks)?.check ?? ''} ${entry.addressId ?? `unknown of ${entry.customerId ?? 'none'}`}`
}

/** The check because of which a message was not taken: the last that found something against it. */
export function decidingCheck<Check extends Pick<ToldCheck, 'result'>>(checks: readonly Check[]): Check | undefined {
  return checks.findLast(({ result }) => result === 'fail' || result === 'wait' || result === 'temperror')
}

/** Of what was not taken: because of which check, as statistics count it. Undefined: it was. */
export function decidedBy({ outcome, checks }: Pick<JournalEntry, 'outcome'> & { readonly checks: readonly ToldCheck[] }): CheckName | 'other' | undefined {
  return outcome === 'refused' || outcome === 'deferred' ? (decidingCheck(checks)?.check ?? 'other') : undefined
}
