import { dateOctets, keepDate, writeDate } from './kept-date.ts'

/**
 * ENVELOPE as the index keeps it. Sender and Reply-To are the same as From in nearly every message (RFC 9051 7.5.2 repeats it
 * where they are missing), and addresses are most of an envelope: kept once, they save a quarter of the index's largest column.
 * A date that is written as nearly all are (kept-date.ts) saves as much as SORT and THREAD need.
 *
 *     0  begin of From, 16 bit    2  its end, 16 bit; 0 = all of it stands there as it is    4  octets of the kept date: 0 or 6
 *     5  the kept date    then the octets without the two repetitions and without the date, both places counted without it
 */
const headOctets = 5
/** "(" and the quote before the date. */
const dateStart = 2
const space = 0x20
const quote = 0x22
const backslash = 0x5c
const openParenthesis = 0x28
const closeParenthesis = 0x29
const openBrace = 0x7b

export function keepEnvelope(envelope: Uint8Array): Uint8Array {
  const all = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.length)
  const date = all[1] === quote ? keepDate(all.toString('latin1', dateStart, dateStart + dateOctets)) : undefined
  if (date === undefined) return keepAddresses(all, nothing)
  return keepAddresses(Buffer.concat([all.subarray(0, dateStart), all.subarray(dateStart + dateOctets)]), date)
}

const nothing = new Uint8Array(0)

function keepAddresses(wire: Buffer, date: Uint8Array): Uint8Array {
  // "(" date SP subject SP from SP sender SP reply-to …
  const begin = valueEnd(wire, valueEnd(wire, 1) + 1) + 1
  const end = valueEnd(wire, begin)
  const after = end + 2 * (end - begin + 1)
  const repeats = end <= 0xffff && isRepeated(wire, begin, end, end) && isRepeated(wire, begin, end, end + (end - begin + 1))
  const start = headOctets + date.length
  const kept = Buffer.alloc(start + wire.length - (repeats ? after - end : 0))
  kept[4] = date.length
  kept.set(date, headOctets)
  if (!repeats) {
    wire.copy(kept, start)
    return kept
  }
  kept.writeUInt16LE(begin, 0)
  kept.writeUInt16LE(end, 2)
  wire.copy(kept, start, 0, end)
  wire.copy(kept, start + end, after)
  return kept
}

/** What `keepEnvelope` was given, ready for the wire. */
export function wireEnvelope(kept: Uint8Array): Uint8Array {
  const wire = Buffer.allocUnsafe(envelopeLength(kept, 0, kept.length))
  writeEnvelope(kept, 0, kept.length, wire, 0)
  return wire
}

/** Octets of what stands in `kept` from `start` to `end`, ready for the wire. */
export function envelopeLength(kept: Uint8Array, start: number, end: number): number {
  if (start === end) return 0
  const fromBegin = sixteenBits(kept, start)
  const fromEnd = sixteenBits(kept, start + 2)
  const date = kept[start + 4] ?? 0
  return end - start - headOctets - date + (date === 0 ? 0 : dateOctets) + (fromEnd === 0 ? 0 : 2 * (fromEnd - fromBegin + 1))
}

/** Writes it into `wire` at `at`; where it ends there. */
export function writeEnvelope(kept: Uint8Array, start: number, end: number, wire: Buffer, at: number): number {
  if (start === end) return at
  const fromBegin = sixteenBits(kept, start)
  const fromEnd = sixteenBits(kept, start + 2)
  const date = kept[start + 4] ?? 0
  const begin = start + headOctets + date
  let from = begin
  if (date !== 0) {
    at = copy(kept, from, from + dateStart, wire, at)
    at += wire.write(writeDate(kept, start + headOctets), at, 'latin1')
    from += dateStart
  }
  if (fromEnd !== 0) {
    at = copy(kept, from, begin + fromEnd, wire, at)
    from = begin + fromEnd
    for (let times = 0; times < 2; times++) {
      wire[at++] = space
      at = copy(kept, begin + fromBegin, begin + fromEnd, wire, at)
    }
  }
  return copy(kept, from, end, wire, at)
}

function sixteenBits(octets: Uint8Array, at: number): number {
  return (octets[at] ?? 0) | ((octets[at + 1] ?? 0) << 8)
}

function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  to.set(from.subarray(start, end), at)
  return at + end - start
}

function isRepeated(wire: Buffer, begin: number, end: number, at: number): boolean {
  return wire[at] === space && wire.compare(wire, begin, end, at + 1, Math.min(wire.length, at + 1 + end - begin)) === 0
}

/** Where the nstring or list that begins at `at` ends; the length where the octets are no envelope. */
function valueEnd(wire: Buffer, at: number): number {
  if (wire[at] === openParenthesis) return listEnd(wire, at)
  if (wire[at] === quote) {
    for (let end = at + 1; end < wire.length; end++) {
      if (wire[end] === backslash) end++
      else if (wire[end] === quote) return end + 1
    }
    return wire.length
  }
  if (wire[at] === openBrace) {
    const brace = wire.indexOf('}\r\n', at)
    const length = Number(wire.toString('latin1', at + 1, brace))
    return brace < 0 || !(length >= 0) ? wire.length : Math.min(wire.length, brace + 3 + length)
  }
  return Math.min(wire.length, at + 'NIL'.length)
}

function listEnd(wire: Buffer, at: number): number {
  let depth = 0
  for (let end = at; end < wire.length; ) {
    const octet = wire[end]
    if (octet === openParenthesis) depth++
    if (octet === closeParenthesis && --depth === 0) return end + 1
    end = octet === openParenthesis || octet === closeParenthesis || octet === space ? end + 1 : valueEnd(wire, end)
  }
  return wire.length
}
