import type { Content, Location, StoredRecord } from '../content/content.ts'
import { emptyEnvelope } from '../message/envelope.ts'
import { readPartFields } from '../message/part-fields.ts'
import { Scanner } from '../message/scan.ts'
import { type Summary, summarise } from '../message/summary.ts'
import type { MessagePlace } from './record.ts'
import { shownLength } from './slices.ts'

/** Octets read at a time of a message that did not come with the scan of the log. */
const pieceOctets = 256 * 1024

/** Takes a message of the record apart. */
export async function summariseStored(content: Pick<Content, 'read'>, stored: StoredRecord, place: MessagePlace): Promise<Summary> {
  if (stored.octets === undefined) return summariseAt(content, stored.location, place)
  const scanner = new Scanner()
  for (const { start, end } of stretches(place)) scanner.push(stored.octets.subarray(start, end))
  return summarise(scanner.finish())
}

/** The same where the octets have yet to be read, whatever their length, in bounded memory. */
export async function summariseAt(content: Pick<Content, 'read'>, location: Location, place: MessagePlace): Promise<Summary> {
  const scanner = new Scanner()
  for (const { start, end } of stretches(place)) {
    for (let at = start; at < end; at += pieceOctets) scanner.push(await content.read(location, at, Math.min(end, at + pieceOctets)))
  }
  return summarise(scanner.finish())
}

export function shownOctets({ start, end, slices }: MessagePlace): number {
  return shownLength(slices, end - start)
}

function stretches({ start, end, slices }: MessagePlace): readonly { readonly start: number; readonly end: number }[] {
  return slices?.map(([at, length]) => ({ start: start + at, end: start + at + length })) ?? [{ start, end }]
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
