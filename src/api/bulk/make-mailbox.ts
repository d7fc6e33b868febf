import type { Text } from '../../base/language.ts'
import type { OperationContext } from '../context.ts'
import type { Principal } from '../principal.ts'
import { Refused } from '../refused.ts'
import { readSize } from '../reading.ts'
import { asTheyAreNow } from '../rights-now.ts'
import { runOperation } from '../run.ts'
import type { WantedMailbox } from './csv.ts'
import type { LineOutcome } from './jobs.ts'

/** Makes a mailbox on behalf of whoever started the job, if they still may. */
export async function makeMailboxFor(context: OperationContext, starter: Principal, wanted: WantedMailbox): Promise<LineOutcome> {
  const principal = await asTheyAreNow(context.directory, starter, context.clock.now())
  return principal === undefined ? { result: 'refused', detail: overdue } : makeMailbox({ ...context, principal }, wanted)
}

const overdue: Text = {
  en: 'who started this may not do it any more',
  de: 'wer das begonnen hat, darf es nicht mehr',
}

/** Makes a mailbox, or gives the one that is there its quota. Rejects with faults of ours only. */
async function makeMailbox(context: OperationContext, { address, password, quota }: WantedMailbox): Promise<LineOutcome> {
  try {
    const there = await quotaOf(context, address)
    if (there === undefined) {
      await runOperation(context, 'mailbox.add', { address, password, quota })
      return { result: 'added' }
    }
    if (quota === undefined || (quota !== 'plan' && (readSize('quota', quota) ?? null) === there.quotaBytes)) return { result: 'unchanged' }
    const { quotaBytes } = await runOperation(context, 'mailbox.set', { address, quota })
    return { result: (quotaBytes || null) === there.quotaBytes ? 'unchanged' : 'changed' }
  } catch (error) {
    if (error instanceof Refused) return { result: 'refused', detail: error.text }
    throw error
  }
}

/** Undefined: there is no such mailbox. @throws Refused: it is not theirs, or no mailbox */
async function quotaOf(context: OperationContext, address: string): Promise<{ readonly quotaBytes: number | null } | undefined> {
  try {
    const { mailbox } = await runOperation(context, 'address.show', { address })
    // A forward or list of this name: adding it says so.
    return mailbox
  } catch (error) {
    if (error instanceof Refused && error.code === 'unknown') return undefined
    throw error
  }
}
