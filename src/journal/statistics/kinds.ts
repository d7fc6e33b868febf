import type { CheckName, TimedCheck } from '../../mail/check.ts'
import { decidedBy } from '../alike.ts'
import { isSubmitted } from '../direction.ts'
import { isSending, type JournalEntry } from '../entry.ts'

/**
 * What is counted, by recipient. What came: `delivered`, `forwarded`, `discarded`, and by the check that decided `refused …` and `deferred …`; of
 * what was judged also `spam …` by its points, and `virus`. What went to other servers: `sent`, `delayed` (each attempt that was told of),
 * `failed`, `removed`. `bytes-in`, `bytes-out`: octets, not messages.
 */
export type StatisticKind =
  | 'delivered'
  | 'forwarded'
  | 'discarded'
  | `refused ${CheckName | 'other'}`
  | `deferred ${CheckName | 'other'}`
  | `spam ${SpamBand}`
  | 'virus'
  | 'sent'
  | 'delayed'
  | 'failed'
  | 'removed'
  | 'bytes-in'
  | 'bytes-out'

/** Points of what is spam at that address. */
export const spamBands = ['below-6', '6-to-12', '12-to-20', 'above-20'] as const
export type SpamBand = (typeof spamBands)[number]

interface Counts {
  /** 0: nobody's here. */
  readonly customerId: number
  /** The recipient's, of what goes out the sender's; '': none of ours. */
  readonly domain: string
  readonly hour: number
  readonly counts: readonly (readonly [kind: StatisticKind, number: number])[]
}

export const hourMs = 3_600_000

/** Counts on their way from a thread to another, one after another: flat, as each object more costs a message a microsecond. */
export type PackedCounts = readonly (string | number)[]

export const packedFields = 5

export function packCounts(entries: readonly JournalEntry[]): PackedCounts {
  const packed: (string | number)[] = []
  for (const entry of entries) {
    const { customerId, domain, hour, counts } = countsOf(entry)
    for (const [kind, number] of counts) packed.push(customerId, domain, hour, kind, number)
  }
  return packed
}

/** What an entry counts for. */
export function countsOf(entry: JournalEntry): Counts {
  return { customerId: entry.customerId ?? 0, domain: domainOf(entry), hour: Math.floor(entry.atMs / hourMs), counts: [...kindsOf(entry)] }
}

/** Domains of strangers are not counted one by one, or whoever makes them up would fill the table. */
function domainOf(entry: JournalEntry): string {
  const { outcome, customerId, sender = '', recipient = '' } = entry
  if (customerId === undefined) return ''
  const isRefusedSubmission = (outcome === 'refused' || outcome === 'deferred') && isSubmitted(entry)
  if (isRefusedSubmission) return ''
  const address = isSending(outcome) ? sender : recipient
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}

function* kindsOf({ outcome, checks, sizeBytes = 0 }: JournalEntry): Generator<readonly [StatisticKind, number]> {
  switch (outcome) {
    case 'refused':
    case 'deferred':
      yield [`${outcome} ${decidedBy({ outcome, checks }) ?? 'other'}`, 1]
      break
    case 'sent':
    case 'relayed':
      yield ['sent', 1]
      yield ['bytes-out', sizeBytes]
      return
    case 'delivered':
    case 'forwarded':
      yield [outcome, 1]
      yield ['bytes-in', sizeBytes]
      break
    case 'discarded':
    case 'delayed':
    case 'failed':
    case 'removed':
      yield [outcome, 1]
      break
  }
  for (const check of checks) {
    if (check.check === 'content-filter' && check.result === 'fail') yield [`spam ${bandOf(check)}`, 1]
    else if (check.check === 'virus' && check.reason === 'virus') yield ['virus', 1]
  }
}

/** By the score that the detail begins with (policy/content.ts). */
function bandOf({ detail = '' }: TimedCheck): SpamBand {
  const score = Number.parseFloat(detail)
  return score < 6 ? 'below-6' : score < 12 ? '6-to-12' : score < 20 ? '12-to-20' : 'above-20'
}
