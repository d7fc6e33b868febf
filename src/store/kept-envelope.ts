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
  const begin = (kept[0] ?? 0) | ((kept[1] ?? 0) << 8)
  const end = (kept[2] ?? 0) | ((kept[3] ?? 0) << 8)
  const start = headOctets + (kept[4] ?? 0)
  const date = start === headOctets ? '' : writeDate(kept.subarray(headOctets, start))
  if (end === 0 && date === '') return kept.subarray(start)
  const repeated = end === 0 ? 0 : end - begin + 1
  const wire = Buffer.allocUnsafe(kept.length - start + date.length + 2 * repeated)
  let at = 0
  const copy = (from: number, to: number) => {
    wire.set(kept.subarray(from, to), at)
    at += to - from
  }
  if (date !== '') {
    copy(start, start + dateStart)
    at += wire.write(date, at, 'latin1')
  }
  const rest = date === '' ? start : start + dateStart
  if (end === 0) copy(rest, kept.length)
  else {
    copy(rest, start + end)
    for (let times = 0; times < 2; times++) {
      wire[at++] = space
      copy(start + begin, start + end)
    }
    copy(start + end, kept.length)
  }
  return wire
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
