import type { Content } from '../content/content.ts'
import type { MessageBody } from './mailbox.ts'

/** As Store.read. */
export async function readBody(content: Pick<Content, 'read'>, body: MessageBody, start: number, end: number): Promise<Uint8Array> {
  const { location, prefixStart, prefixLength, octetsStart } = body
  // The usual message has one destination: its prefix stands right before the octets.
  if (prefixStart + prefixLength === octetsStart) return content.read(location, prefixStart + start, prefixStart + end)
  if (start >= prefixLength) return content.read(location, octetsStart + start - prefixLength, octetsStart + end - prefixLength)
  if (end <= prefixLength) return content.read(location, prefixStart + start, prefixStart + end)
  return Buffer.concat([
    await content.read(location, prefixStart + start, prefixStart + prefixLength),
    await content.read(location, octetsStart, octetsStart + end - prefixLength),
  ])
}
