import { writeBodyStructure } from './body-structure.ts'
import { fields } from './header-section.ts'
import { readMessageIds } from './message-id.ts'
import { emptyBuffer, octetsToText } from './octets.ts'
import type { Scanned } from './part.ts'
import { encodeParts } from './parts.ts'

/** What the index keeps of a message's form, so that it is not read again for FETCH of anything but its text. */
export interface Summary {
  /** ENVELOPE and BODYSTRUCTURE as IMAP writes them (RFC 9051 7.5.2), ready for the wire. */
  readonly envelope: Uint8Array
  readonly bodyStructure: Uint8Array
  /** What `encodeParts` makes. */
  readonly parts: Uint8Array
  /** The first Message-ID without its brackets, at most 250 characters, without NUL. */
  readonly messageId: string | undefined
}

/** RFC 5322 2.1.1 keeps a line, and so an id, under 998; the journal keeps less. */
const longestMessageId = 250

export function summarise(scanned: Scanned): Summary {
  const { top, headerSection } = scanned
  const written = fields(headerSection, 'message-id')[0]
  const id = written === undefined ? undefined : readMessageIds(written)[0]
  return {
    envelope: top.envelope ?? emptyBuffer,
    bodyStructure: writeBodyStructure(top),
    parts: encodeParts(top),
    messageId: id === undefined ? undefined : octetsToText(id).replaceAll('\0', '').slice(0, longestMessageId),
  }
}
