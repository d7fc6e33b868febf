/**
 * ENVELOPE as the index keeps it. Sender and Reply-To are the same as From in nearly every message (RFC 9051 7.5.2 repeats it
 * where they are missing), and addresses are most of an envelope: kept once, they save a quarter of the index's largest column.
 *
 *     0  begin of From, 16 bit    2  its end, 16 bit; 0 = all of it stands there as it is    4  the octets without the two repetitions
 */
const headOctets = 4
const space = 0x20
const quote = 0x22
const backslash = 0x5c
const openParenthesis = 0x28
const closeParenthesis = 0x29
const openBrace = 0x7b

export function keepEnvelope(envelope: Uint8Array): Uint8Array {
  const wire = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.length)
  // "(" date SP subject SP from SP sender SP reply-to …
  const begin = valueEnd(wire, valueEnd(wire, 1) + 1) + 1
  const end = valueEnd(wire, begin)
  const after = end + 2 * (end - begin + 1)
  const repeats = end <= 0xffff && isRepeated(wire, begin, end, end) && isRepeated(wire, begin, end, end + (end - begin + 1))
  const kept = Buffer.alloc(headOctets + wire.length - (repeats ? after - end : 0))
  if (!repeats) {
    wire.copy(kept, headOctets)
    return kept
  }
  kept.writeUInt16LE(begin, 0)
  kept.writeUInt16LE(end, 2)
  wire.copy(kept, headOctets, 0, end)
  wire.copy(kept, headOctets + end, after)
  return kept
}

/** What `keepEnvelope` was given, ready for the wire. */
export function wireEnvelope(kept: Uint8Array): Uint8Array {
  const begin = (kept[0] ?? 0) | ((kept[1] ?? 0) << 8)
  const end = (kept[2] ?? 0) | ((kept[3] ?? 0) << 8)
  if (end === 0) return kept.subarray(headOctets)
  const length = end - begin + 1
  const wire = new Uint8Array(kept.length - headOctets + 2 * length)
  wire.set(kept.subarray(headOctets, headOctets + end))
  for (let at = end; at < end + 2 * length; at += length) {
    wire[at] = space
    wire.set(kept.subarray(headOctets + begin, headOctets + end), at + 1)
  }
  wire.set(kept.subarray(headOctets + end), end + 2 * length)
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
