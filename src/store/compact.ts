import type { Log } from '../base/log.ts'
import { compareLocations, type Content, type Location } from '../content/content.ts'
import type { Database, Query } from '../database/database.ts'
import type { AccountId, EmailId, QueueId } from '../mail/ids.ts'
import { queuedOctetsQuery } from '../queue/baseline.ts'
import { baselineQuery, everyAccount } from './baseline.ts'
import { positionQuery } from './position.ts'
import { writeQueueBaseline } from './queue-baseline.ts'
import type { LogRecord } from './record.ts'
import { unappliedQuery } from './unapplied.ts'

interface SegmentUsage {
  readonly segment: number
  /** Octets of emails, and of messages in the queue, that the index has here. */
  readonly liveBytes: number
}

export const segmentUsageQuery: Query<Record<never, never>, readonly SegmentUsage[]> = {
  name: 'store.segment-usage',
  run: (reader) => reader.all<SegmentUsage>('SELECT segment, added_bytes - removed_bytes AS "liveBytes" FROM segment_usage ORDER BY segment'),
}

interface EmailPlace {
  readonly account_id: AccountId
  readonly email_id: EmailId
  readonly segment: number
  readonly record_offset: number
  /** Where what the email needs of the record's octets begins and ends. */
  readonly octets_begin: number
  readonly octets_end: number
}

/** In order of account and email, past the one given: the whole table is walked in pages, in the background. */
export const emailPlacesQuery: Query<{ accountId: number; emailId: number; limit: number }, readonly EmailPlace[]> = {
  name: 'store.email-places',
  run: (reader, { accountId, emailId, limit }) =>
    reader.all<EmailPlace>(
      `SELECT account_id, email_id, segment, record_offset, octets_start + octets_length AS octets_end,
         CASE WHEN prefix_start < octets_start THEN prefix_start ELSE octets_start END AS octets_begin FROM email
       WHERE account_id > ? OR (account_id = ? AND email_id > ?) ORDER BY account_id, email_id LIMIT ?`,
      accountId,
      accountId,
      emailId,
      limit,
    ),
}

export interface Compacted {
  readonly droppedSegments: number
  readonly droppedBytes: number
  readonly movedBytes: number
}

export interface CompactionDependencies {
  readonly content: Content
  readonly database: Database
  readonly log: Log
  /** Appends and waits until the index has it (IndexedStore.relocate). */
  readonly append: (record: LogRecord, octets: Uint8Array) => Promise<void>
  /** Runs the work while no change concerns two accounts (turnstile.ts). */
  readonly alone: (work: () => Promise<void>) => Promise<void>
  /** Between moving and dropping: sessions may still hold the old places. */
  readonly pause: () => Promise<void>
  /** A segment is gone. */
  readonly dropped?: (segment: number) => void
}

/** A segment goes when less than this share of it is alive: at most as much is written again as is won. */
const liveShare = 0.5

/**
 * Wins back the space of what was deleted (DESIGN decision 2): moves what lives in mostly dead segments to the log's end, writes
 * a baseline of every account, so that a rebuild does not need what goes, then drops those segments. Safe to be ended at any
 * moment: until the baselines are complete nothing is dropped, and what was moved is found in its new place.
 */
export async function compact(deps: CompactionDependencies): Promise<Compacted> {
  const candidates = await deadSegments(deps)
  if (candidates.size === 0) return { droppedSegments: 0, droppedBytes: 0, movedBytes: 0 }
  const movedBytes = await moveLiving(deps, candidates)
  await deps.alone(() => writeBaselines(deps))
  await deps.pause()
  let droppedSegments = 0
  let droppedBytes = 0
  const alive = new Set((await livePlaces(deps, candidates)).map((place) => place.segment))
  for (const [segment, sizeBytes] of candidates) {
    if (alive.has(segment)) continue
    await deps.content.drop(segment)
    deps.dropped?.(segment)
    droppedSegments++
    droppedBytes += sizeBytes
  }
  deps.log.info('compacted', { droppedSegments, droppedBytes, movedBytes })
  return { droppedSegments, droppedBytes, movedBytes }
}

/** Sealed segments that the index has passed and that are mostly dead: number → size. */
async function deadSegments({ content, database }: CompactionDependencies): Promise<Map<number, number>> {
  // What was set aside is still to be tried again, though no row refers to it.
  const kept = await database.query(unappliedQuery, {})
  const usage = new Map((await database.query(segmentUsageQuery, {})).map(({ segment, liveBytes }) => [segment, liveBytes]))
  const covered = await database.query(positionQuery, {})
  const segments = await content.segments()
  const sealed = segments.filter(
    ({ segment }) =>
      segment !== segments.at(-1)?.segment &&
      covered !== undefined &&
      segment < covered.segment &&
      !kept.some(({ from, until }) => from.segment <= segment && segment <= until.segment),
  )
  return new Map(
    sealed.filter(({ segment, sizeBytes }) => (usage.get(segment) ?? 0) < sizeBytes * liveShare).map(({ segment, sizeBytes }) => [segment, sizeBytes]),
  )
}

/** What an email, or a message in the queue, needs of a record. */
type LivePlace = Omit<EmailPlace, 'account_id' | 'email_id'> &
  ({ readonly email: readonly [AccountId, EmailId] } | { readonly queued: readonly [QueueId, number] })

async function livePlaces({ database }: CompactionDependencies, segments: ReadonlyMap<number, number>): Promise<LivePlace[]> {
  const limit = 2000
  const found: LivePlace[] = []
  let last: { account_id: number; email_id: number } = { account_id: 0, email_id: 0 }
  for (;;) {
    const page = await database.query(emailPlacesQuery, { accountId: last.account_id, emailId: last.email_id, limit })
    for (const { account_id, email_id, ...place } of page) if (segments.has(place.segment)) found.push({ ...place, email: [account_id, email_id] })
    if (page.length < limit) break
    last = page.at(-1) as EmailPlace
  }
  for (let after = 0; ; ) {
    const page = await database.query(queuedOctetsQuery, { after, limit })
    for (const { queue_id, number, ...place } of page) if (segments.has(place.segment)) found.push({ ...place, queued: [queue_id as QueueId, number] })
    if (page.length < limit) return found
    after = page.at(-1)?.message_id ?? after
  }
}

/** What of one record moves together. */
interface Move {
  readonly location: Location
  begin: number
  readonly end: number
  readonly emails: (readonly [AccountId, EmailId])[]
  readonly queued: (readonly [QueueId, number])[]
}

async function moveLiving(deps: CompactionDependencies, segments: ReadonlyMap<number, number>): Promise<number> {
  // The same message to several accounts is moved once; of several messages in one record each by itself.
  const moves = new Map<string, Move>()
  for (const place of await livePlaces(deps, segments)) {
    const location = { segment: place.segment, offset: place.record_offset }
    const key = `${location.segment}:${location.offset}:${place.octets_end}`
    const move: Move = moves.get(key) ?? { location, begin: place.octets_begin, end: place.octets_end, emails: [], queued: [] }
    move.begin = Math.min(move.begin, place.octets_begin)
    if ('email' in place) move.emails.push(place.email)
    else move.queued.push(place.queued)
    moves.set(key, move)
  }
  let movedBytes = 0
  for (const { location, begin, end, emails, queued } of [...moves.values()].sort((a, b) => compareLocations(a.location, b.location) || a.begin - b.begin)) {
    const record: LogRecord = { kind: 'relocate', emails, skippedOctets: begin, ...(queued.length > 0 && { queued: { from: location, messages: queued } }) }
    await deps.append(record, await deps.content.read(location, begin, end))
    movedBytes += end - begin
  }
  return movedBytes
}

/** After it, nothing that lies before the log's end of now is needed for a rebuild, but octets that the index refers to. */
export async function writeBaselines(deps: Pick<CompactionDependencies, 'content' | 'database' | 'append'>): Promise<void> {
  const begin = deps.content.end()
  const asOf = await deps.database.query(positionQuery, {})
  if (asOf === undefined) return
  await writeQueueBaseline(deps.database, deps.append)
  for await (const accountId of everyAccount(deps.database)) {
    const baseline = await deps.database.query(baselineQuery, { accountId })
    if (baseline !== undefined) await deps.append({ kind: 'baseline', accountId, asOf: baseline.asOf }, Buffer.from(JSON.stringify(baseline)))
  }
  for (const { from, until, state } of await deps.database.query(unappliedQuery, {})) {
    if (state !== 'bare') await deps.append({ kind: 'aside', from, until }, new Uint8Array(0))
  }
  await deps.append({ kind: 'baseline-done', begin, asOf }, new Uint8Array(0))
}
