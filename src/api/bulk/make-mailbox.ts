import type { OperationContext } from '../context.ts'
import { Refused } from '../refused.ts'
import { readSize } from '../reading.ts'
import { runOperation } from '../run.ts'
import type { WantedMailbox } from './csv.ts'
import type { LineOutcome } from './jobs.ts'

/** Makes a mailbox, or gives the one that is there its quota. Rejects with faults of ours only. */
export async function makeMailbox(context: OperationContext, { address, password, quota }: WantedMailbox): Promise<LineOutcome> {
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
