import { createReadStream } from 'node:fs'
import type { Piece } from '../content/content.ts'
import type { Recipient } from '../directory/recipient.ts'
import { type Address, addressKey, formatAddress, type ReversePath } from '../mail/address.ts'
import type { SenderAuthentication } from '../msgauth/authentication.ts'
import type { AcceptedMessage, OutgoingForm } from './delivery.ts'
import type { ReturnPaths } from './return-paths.ts'

/** Fields that vouch for what is handed on in the name of `domain` (ARC, RFC 8617); '' where there are none. `octets`: as it leaves. */
export type Seal = (octets: AsyncIterable<Uint8Array>, domain: string, found: SenderAuthentication | undefined) => Promise<string>

export interface Forwarding {
  readonly returnPaths: Pick<ReturnPaths, 'forward'>
  /** Is this a domain of ours? */
  readonly isOurs: (domain: string) => Promise<boolean>
  readonly seal: Seal
}

/**
 * What of a message goes on to other servers: the octets as they came, once for each address that leads there (SPEC A13). Whom several of them
 * lead to gets it by the first.
 */
export async function forwarded(message: AcceptedMessage, forwarding: Forwarding): Promise<readonly OutgoingForm[]> {
  const forms: OutgoingForm[] = []
  const reached = new Set<string>()
  for (const { recipient, fate } of message.recipients) {
    if (fate?.staysHere === true) continue
    const elsewhere = recipient.elsewhere.filter((address) => !reached.has(addressKey(address)))
    for (const address of elsewhere) reached.add(addressKey(address))
    if (elsewhere.length > 0) forms.push(await form(message, recipient, elsewhere, forwarding))
  }
  return forms
}

async function form(message: AcceptedMessage, recipient: Recipient, elsewhere: readonly Address[], forwarding: Forwarding): Promise<OutgoingForm> {
  const { address, kind, addressId, customerId } = recipient
  const isList = kind === 'list'
  // By the first line a message that comes back is known (policy/at-data.ts).
  const trace = `Delivered-To: ${formatAddress(address)}\r\n${message.received}`
  const eightBit = await hasEightBit(message.octets)
  return {
    kind: isList ? 'list' : 'forwarded',
    class: isList ? 'bulk' : 'forwarded',
    originator: { accountId: undefined, addressId, customerId },
    reversePath: await rewritten(message.reversePath, address.domain, forwarding),
    recipients: elsewhere.map((one) => ({ address: formatAddress(one) })),
    utf8: message.client.protocol.startsWith('UTF8') && (eightBit || elsewhere.some(({ localPart }) => !isAscii(localPart))),
    eightBit,
    requireTls: false,
    priority: 0,
    fields: (await forwarding.seal(octetsOf([Buffer.from(trace), ...message.octets]), address.domain, message.authentication)) + trace,
    edits: [],
  }
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length
}

/** A sender of ours keeps his own: SPF knows us for it. */
async function rewritten(reversePath: ReversePath, domain: string, { returnPaths, isOurs }: Forwarding): Promise<string> {
  if (reversePath === null) return ''
  const ours = await isOurs(reversePath.domain)
  return formatAddress(ours ? reversePath : (returnPaths.forward(reversePath, domain) ?? reversePath))
}

/** An octet above 127 anywhere (RFC 6152). */
async function hasEightBit(octets: readonly Piece[]): Promise<boolean> {
  for await (const piece of octetsOf(octets)) for (const octet of piece) if (octet > 127) return true
  return false
}

async function* octetsOf(pieces: readonly Piece[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece
    else yield* createReadStream(piece.path) as AsyncIterable<Uint8Array>
  }
}
