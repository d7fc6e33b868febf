import { writeBodyStructure } from './body-structure.ts'
import { keptMessageId } from './message-id.ts'
import { type OrderKeys, orderKeys } from './order-keys.ts'
import { emptyBuffer } from './octets.ts'
import type { Scanned } from './part.ts'
import { encodeParts } from './parts.ts'

/** What the index keeps of a message's form, so that it is not read again for FETCH of anything but its text. */
export interface Summary {
  /** ENVELOPE and BODYSTRUCTURE as IMAP writes them (RFC 9051 7.5.2), ready for the wire. */
  readonly envelope: Uint8Array
  readonly bodyStructure: Uint8Array
  /** What `encodeParts` makes. */
  readonly parts: Uint8Array
  /** See `messageIdOf`. */
  readonly messageId: string | undefined
  readonly order: OrderKeys
}

export function summarise(scanned: Scanned): Summary {
  const { top, known } = scanned
  return {
    envelope: top.envelope ?? emptyBuffer,
    bodyStructure: writeBodyStructure(top),
    parts: encodeParts(top),
    messageId: keptMessageId(known['message-id']?.[0]),
    order: orderKeys(known),
  }
}
