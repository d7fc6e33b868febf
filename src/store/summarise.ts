import type { Content, Location, StoredRecord } from '../content/content.ts'
import { emptyEnvelope } from '../message/envelope.ts'
import { readPartFields } from '../message/part-fields.ts'
import { Scanner } from '../message/scan.ts'
import { type Summary, summarise } from '../message/summary.ts'

/** Octets read at a time of a message that did not come with the scan of the log. */
const pieceOctets = 256 * 1024

/** Takes the message apart that stands from `start` to `end` (exclusive) of the record's octets. */
export async function summariseStored(content: Pick<Content, 'read'>, stored: StoredRecord, start: number, end: number): Promise<Summary> {
  if (stored.octets === undefined) return summariseRange(content, stored.location, start, end)
  const scanner = new Scanner()
  scanner.push(stored.octets.subarray(start, end))
  return summarise(scanner.finish())
}

/** The same for octets from `start` to `end` (exclusive), whatever their length, in bounded memory. */
export async function summariseRange(content: Pick<Content, 'read'>, location: Location, start: number, end: number): Promise<Summary> {
  const scanner = new Scanner()
  for (let at = start; at < end; at += pieceOctets) scanner.push(await content.read(location, at, Math.min(end, at + pieceOctets)))
  return summarise(scanner.finish())
}

/** For a message that could not be taken apart: a text of that length, about which nothing is known. */
export function plainSummary(sizeBytes: number): Summary {
  const top = {
    kind: 'leaf',
    headerStart: 0,
    bodyStart: 0,
    bodyEnd: sizeBytes,
    lines: 0,
    fields: readPartFields({}, false),
    children: [],
    envelope: emptyEnvelope,
  } as const
  return summarise({ top, sizeBytes, known: {} })
}
