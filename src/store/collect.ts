import { compareLocations, type Content, ContentDamaged, type Location, type StoredRecord } from '../content/content.ts'
import { messageIdOf } from '../message/message-id.ts'
import type { Summary } from '../message/summary.ts'
import type { AdvanceArguments } from './advance.ts'
import { decodeRecord } from './pack-record.ts'
import { type LogRecord, type MailRecord, messagesIn, type OutgoingMail } from './record.ts'
import { plainSummary, shownOctets, summariseStored } from './summarise.ts'
import { isWithin, type Stretch } from './unapplied.ts'

/** One transaction takes at most so many records and so many octets, so that nobody waits long behind it. */
const maxRecords = 512
const maxOctets = 8 * 1024 * 1024
/** Messages up to this long come with the scan; longer ones are read in pieces. */
const inlineOctets = 256 * 1024
/** In which a Message-ID is looked for. */
const headerOctets = 64 * 1024

/** A record that is to be applied. */
export interface Item {
  /** Its place in the order of things. */
  readonly stored: StoredRecord
  /** Where its octets are: somewhere else for what is tried again. */
  readonly source: StoredRecord
  readonly record: LogRecord
  /** Of each message in the record's octets. */
  readonly summaries: readonly Summary[]
  /** The Message-ID of each message for other servers. */
  readonly outgoingIds: readonly (string | undefined)[]
}

export interface Collected {
  readonly items: readonly Item[]
  /** What the index covers once they are applied. */
  readonly to: Location
  /** The one record that is set aside, unread. */
  readonly aside: Stretch | undefined
  /** At `to` begins what cannot be read. */
  readonly damage: (Stretch & { readonly reason: string }) | undefined
}

/** Reads the log from where the index left off, as much as one transaction takes. */
export async function collect(content: Pick<Content, 'scan' | 'read'>, args: AdvanceArguments): Promise<Collected> {
  const items: Item[] = []
  const { from, to: end, care, rebuild } = args
  const skip = rebuild?.skip ?? []
  let octets = 0
  let records = 0
  let to = from ?? { segment: 0, offset: 0 }
  let scanning = true
  try {
    for await (const stored of content.scan(from, end, { octetsUpToBytes: inlineOctets })) {
      scanning = false
      to = stored.end
      records++
      if (!isWithin(stored.location, skip)) {
        if (care?.mode === 'aside') return { items, to, aside: { from: stored.location, until: to }, damage: undefined }
        items.push(await itemOf(content, stored, care?.mode === 'bare'))
        octets += stored.octetsLength
      }
      if (care !== undefined || records >= maxRecords || octets >= maxOctets) return { items, to, aside: undefined, damage: undefined }
      scanning = true
    }
  } catch (error) {
    if (!scanning || !(error instanceof ContentDamaged)) throw error
    return { items, to, aside: undefined, damage: { from: error.location, until: earlier(error.resumeAt, end), reason: error.message } }
  }
  return { items, to: end, aside: undefined, damage: undefined }
}

async function itemOf(content: Pick<Content, 'scan' | 'read'>, stored: StoredRecord, bare: boolean): Promise<Item> {
  const record = decodeRecord(stored.header)
  if (record.kind !== 'retry') return { stored, source: stored, record, ...(await readMessages(content, stored, record, bare)) }
  const source = await recordAt(content, record.of)
  const again = decodeRecord(source.header)
  if (again.kind === 'retry') throw new Error('what is tried again cannot be a try')
  return { stored, source, record: again, ...(await readMessages(content, source, again, bare)) }
}

async function recordAt(content: Pick<Content, 'scan'>, location: Location): Promise<StoredRecord> {
  for await (const stored of content.scan(location, undefined, { octetsUpToBytes: inlineOctets })) {
    if (compareLocations(stored.location, location) === 0) return stored
    break
  }
  throw new ContentDamaged(`no record at segment ${location.segment}, offset ${location.offset}`, location)
}

async function readMessages(
  content: Pick<Content, 'read'>,
  stored: StoredRecord,
  record: LogRecord,
  bare: boolean,
): Promise<Pick<Item, 'summaries' | 'outgoingIds'>> {
  const summaries = await summariesOf(content, stored, record, bare)
  const mail = record.kind === 'sent' ? record.report : record
  const outgoingIds = mail?.kind === 'mail' && mail.outgoing !== undefined && !bare ? await outgoingIdsOf(content, stored, mail, mail.outgoing) : []
  return { summaries, outgoingIds }
}

/** Our fields may have it, where the message came without. */
async function outgoingIdsOf(
  content: Pick<Content, 'read'>,
  { location, octets, octetsLength }: StoredRecord,
  { octetsStart }: MailRecord,
  outgoing: readonly OutgoingMail[],
): Promise<readonly (string | undefined)[]> {
  const read = async (start: number, end: number) => octets?.subarray(start, end) ?? (await content.read(location, start, end))
  const received = messageIdOf(await read(octetsStart, Math.min(octetsLength, octetsStart + headerOctets)))
  const ids: (string | undefined)[] = []
  for (const { prefixStart, prefixLength } of outgoing) ids.push(messageIdOf(await read(prefixStart, prefixStart + prefixLength)) ?? received)
  return ids
}

async function summariesOf(content: Pick<Content, 'read'>, stored: StoredRecord, record: LogRecord, bare: boolean): Promise<readonly Summary[]> {
  const summaries: Summary[] = []
  for (const place of messagesIn(record, stored.octetsLength)) {
    summaries.push(bare ? plainSummary(shownOctets(place)) : await summariseStored(content, stored, place))
  }
  return summaries
}

function earlier(a: Location | undefined, b: Location): Location {
  return a === undefined || compareLocations(a, b) > 0 ? b : a
}
