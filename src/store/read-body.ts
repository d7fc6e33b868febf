import type { Content, RecordRange } from '../content/content.ts'
import type { MessageBody } from './mailbox.ts'

/** As Store.read. */
export async function readBody(content: Pick<Content, 'read'>, body: MessageBody, start: number, end: number): Promise<Uint8Array> {
  const { location, prefixStart, prefixLength, octetsStart, octetsLength, slices } = body
  // The usual message has one destination: its prefix stands right before the octets.
  if (slices === undefined && prefixStart + prefixLength === octetsStart) return content.read(location, prefixStart + start, prefixStart + end)
  const shown = slices?.map(([at, length]) => [octetsStart + at, length] as const) ?? [[octetsStart, octetsLength] as const]
  const pieces: Uint8Array[] = []
  let passed = 0
  for (const [at, length] of [[prefixStart, prefixLength] as const, ...shown]) {
    const from = Math.max(start - passed, 0)
    const to = Math.min(end - passed, length)
    if (from < to) pieces.push(await content.read(location, at + from, at + to))
    passed += length
  }
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)
}

/** As Store.readTogether: of messages whose prefix stands before their octets, which are shown as they are. */
export function readBodies(content: Pick<Content, 'readTogether'>, bodies: readonly MessageBody[], into: Buffer): Promise<readonly Uint8Array[]> {
  const ranges: RecordRange[] = []
  for (const { location, prefixStart, prefixLength, octetsStart, octetsLength, slices } of bodies) {
    if (slices !== undefined || prefixStart + prefixLength !== octetsStart) break
    ranges.push({ location, start: prefixStart, end: octetsStart + octetsLength })
  }
  return content.readTogether(ranges, into)
}
