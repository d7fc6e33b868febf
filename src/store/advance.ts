import { compareLocations, type Content, type Location } from '../content/content.ts'
import { type Change, DatabaseUnavailable, type Transaction } from '../database/database.ts'
import type { JournalEntry, JournalOutcome } from '../journal/entry.ts'
import { insertEntries } from '../journal/insert.ts'
import { packCounts, type PackedCounts } from '../journal/statistics/kinds.ts'
import { applyAppend, applyAppendAll } from './apply/append.ts'
import { Batch } from './apply/batch.ts'
import { applyCopy } from './apply/copy-move.ts'
import { applyExpunge } from './apply/expunge.ts'
import { applyFlags } from './apply/flags.ts'
import { applyMail } from './apply/mail.ts'
import { applyMailbox, applyRemoveAccount } from './apply/mailboxes.ts'
import { applyAcl } from './apply/acl.ts'
import { applyMetadata } from './apply/metadata.ts'
import { applyTransfer } from './apply/transfer.ts'
import { applyQuotaLevel } from './apply/quota-level.ts'
import { applyRelocate } from './apply/relocate.ts'
import { applySent } from './apply/sent.ts'
import { withoutBaselined } from './baseline.ts'
import { type Collected, collect, type Item } from './collect.ts'
import { readPosition, writePosition } from './position.ts'
import { leap } from './rebuild-state.ts'
import { forgetUnapplied, isWithin, noteUnapplied, type Stretch } from './unapplied.ts'

export interface AdvanceArguments {
  /** What the index covers already; undefined: nothing (the log's beginning). */
  readonly from: Location | undefined
  /** Where the durable log ends. */
  readonly to: Location
  /** Locations whose outcome somebody waits for. */
  readonly wanted: readonly Location[]
  /** false in a rebuild that still has its journal. */
  readonly journal: boolean
  readonly rebuild?: RebuildArguments
  /** How a record is treated that could not be applied together with others (step.ts). */
  readonly care?: Care
}

export interface RebuildArguments {
  /** What was set aside stays so. */
  readonly skip: readonly Stretch[]
  /** What lies before this is in the baselines, or belongs to an account that is gone; undefined: there are none. */
  readonly baselineAsOf: Location | undefined
}

/**
 * One record alone. one: as always. bare: a message without its structure and journal. aside: it is passed over. The last two are noted,
 * with the reason.
 */
export type Care = { readonly mode: 'one' } | { readonly mode: 'bare' | 'aside'; readonly reason: string }

export interface Advanced {
  /** What the index covers now. */
  readonly to: Location
  /** See Batch.changed. */
  readonly changed: readonly number[]
  /** See Step.outcomes. */
  readonly journal: Readonly<Partial<Record<JournalOutcome, number>>>
  /** See Step.counts. */
  readonly counts: PackedCounts
  /** See Batch.dueMs. */
  readonly dueMs: number | undefined
  /** Outcomes of the records in `wanted` that were applied, in the order of the log. */
  readonly outcomes: readonly { readonly location: Location; readonly outcome: unknown }[]
  readonly records: number
  /** Past `to` the log cannot be read; undefined: it can, as far as was looked. */
  readonly damage: Collected['damage']
  /** What was passed over: nobody will hear what became of it. */
  readonly aside: Stretch | undefined
}

interface Prepared extends Collected {
  readonly args: AdvanceArguments
}

/**
 * The index follows the log: reads records past what it covers, applies them in order in one transaction, and stores the new
 * position with them. Delivery, recovery after a crash and rebuild are this one function; since the position is part of the
 * transaction, nothing is applied twice.
 */
export function advanceChange(content: Pick<Content, 'scan' | 'read'>): Change<AdvanceArguments, Advanced, Prepared> {
  return {
    name: 'store.advance',
    durable: false,
    prepare: async (args) => ({ args, ...(await collect(content, args)) }),
    run: advance,
  }
}

/** The same, synced: for what the log must not say before the index is sure to know it. */
export function setAsideChange(content: Pick<Content, 'scan' | 'read'>): Change<AdvanceArguments, Advanced, Prepared> {
  return { ...advanceChange(content), name: 'store.set-aside', durable: true }
}

async function advance(tx: Transaction, { args, items, to, aside, damage }: Prepared): Promise<Advanced> {
  const covered = await readPosition(tx)
  if (covered !== undefined && (args.from === undefined || compareLocations(covered, args.from) !== 0)) {
    // Not the fault of any record: the caller asks for the position, and goes on from there.
    throw new DatabaseUnavailable(`the index covers ${covered.segment}:${covered.offset}, not what it was thought to cover`)
  }
  const { care, rebuild } = args
  const batch = new Batch(tx, { notesLessons: rebuild === undefined })
  const journal: JournalEntry[] = []
  const wanted = new Set(args.wanted.map(({ segment, offset }) => `${segment}:${offset}`))
  const outcomes: { location: Location; outcome: unknown }[] = []
  for (const item of items) {
    const { location, end } = item.stored
    const record = rebuild?.baselineAsOf === undefined ? item.record : await withoutBaselined(tx, item.record, location, rebuild.baselineAsOf)
    if (record === undefined) continue
    const outcome = await applyRecord(batch, { ...item, record }, journal)
    if (item.source !== item.stored) await forgetUnapplied(tx, item.source.location)
    if (care?.mode === 'bare') await noteUnapplied(tx, { from: location, until: end, state: 'bare', reason: care.reason }, false)
    if (wanted.has(`${location.segment}:${location.offset}`)) outcomes.push({ location, outcome })
  }
  // What cannot be read is passed over in one go.
  const passed = care?.mode === 'aside' ? (aside ?? damage) : undefined
  if (care?.mode === 'aside' && passed !== undefined) {
    // That the log has been told is only half true in a rebuild; but in the old index it was not set aside, so the log must not say so.
    await noteUnapplied(tx, { ...passed, state: aside === undefined ? 'damaged' : 'aside', reason: care.reason }, rebuild !== undefined)
    if (rebuild !== undefined && isLoss(passed, rebuild)) await leap(tx)
  }
  if (args.journal && care?.mode !== 'bare' && journal.length > 0) await insertEntries(tx, journal)
  await batch.finish()
  const end = passed?.until ?? to
  await writePosition(tx, end)
  return {
    to: end,
    changed: batch.changed,
    dueMs: batch.dueMs,
    journal: counted(journal),
    counts: rebuild === undefined ? packCounts(journal) : [],
    outcomes,
    records: items.length,
    damage,
    aside: passed,
  }
}

function counted(journal: readonly JournalEntry[]): Advanced['journal'] {
  const counts: Partial<Record<JournalOutcome, number>> = {}
  for (const { outcome } of journal) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** Does what is passed over in a rebuild change what comes after it? Not what was passed over then, too, or is in the baselines. */
function isLoss({ from }: Stretch, { skip, baselineAsOf }: RebuildArguments): boolean {
  return !isWithin(from, skip) && (baselineAsOf === undefined || compareLocations(from, baselineAsOf) >= 0)
}

/** Applies one record; its outcome is what the Store's method of that name resolves to (undefined: it could not be done any more). */
async function applyRecord(batch: Batch, item: Item, journal: JournalEntry[]): Promise<unknown> {
  const { record, source: stored } = item
  switch (record.kind) {
    case 'mail':
      return applyMail(batch, { ...item, record }, journal)
    case 'append':
      return applyAppend(batch, stored, record, item.summaries)
    case 'append-all':
      return applyAppendAll(batch, stored, record, item.summaries)
    case 'flags':
      return applyFlags(batch, record)
    case 'copy':
    case 'move':
      return record.toAccountId === undefined ? applyCopy(batch, record) : applyTransfer(batch, { ...record, toAccountId: record.toAccountId })
    case 'acl':
      return applyAcl(batch, record)
    case 'metadata':
      return applyMetadata(batch, record)
    case 'quota-level':
      return applyQuotaLevel(batch, stored, record, { summary: item.summaries[0], journal })
    case 'sent':
      return applySent(batch, { ...item, record }, journal)
    case 'expunge':
      return applyExpunge(batch, record)
    case 'create':
    case 'rename':
    case 'delete':
    case 'subscribe':
      return applyMailbox(batch, record)
    case 'remove-account':
      return applyRemoveAccount(batch, record)
    case 'relocate':
      return applyRelocate(batch, stored, record)
    case 'baseline':
    case 'queue-baseline':
    case 'baseline-done':
      return undefined
    case 'aside':
      return noteUnapplied(batch.tx, { ...record, state: 'aside', reason: 'set aside before the index was made anew' }, true)
    case 'retry':
      throw new Error('a try stands for another record')
    default:
      // Of a later version, perhaps.
      throw new Error(`a record of unknown kind: ${JSON.stringify(record)}`)
  }
}
