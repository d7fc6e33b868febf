import { filterFields } from './header-section.ts'
import type { Part } from './part.ts'

/** What a message is made of anew, in its order: octets as they are, or their base64; a header section that says so. Ranges count in the message. */
export interface Piece {
  readonly kind: 'copy' | 'base64' | 'header'
  readonly start: number
  readonly end: number
}

/** Octets of a body that one line of base64 stands for (RFC 2045 6.8: 76 characters). */
export const lineOctets = 57

/**
 * A message whose parts of Content-Transfer-Encoding binary are base64 instead, as RFC 3516 3 wants where octets cannot be kept. Undefined:
 * one of them is signed or encrypted as it is, and would not be what it was.
 */
export function withBase64(top: Part, sizeBytes: number): readonly Piece[] | undefined {
  const leaves: Part[] = []
  if (!collect(top, leaves)) return undefined
  const pieces: Piece[] = []
  let at = 0
  for (const { headerStart, bodyStart, bodyEnd } of leaves) {
    pieces.push(
      { kind: 'copy', start: at, end: headerStart },
      { kind: 'header', start: headerStart, end: bodyStart },
      { kind: 'base64', start: bodyStart, end: bodyEnd },
    )
    at = bodyEnd
  }
  return [...pieces, { kind: 'copy', start: at, end: sizeBytes }]
}

/** False: what is under a signature would be changed. */
function collect(part: Part, leaves: Part[]): boolean {
  if (part.kind === 'leaf') {
    if (part.fields.encoding === 'binary') leaves.push(part)
    return true
  }
  const before = leaves.length
  for (const child of part.children) if (!collect(child, leaves)) return false
  const { type, subtype } = part.fields
  return leaves.length === before || type !== 'multipart' || (subtype !== 'signed' && subtype !== 'encrypted')
}

/** The header section of a part that is base64 from now on. */
export function base64Header(headerSection: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('Content-Transfer-Encoding: base64\r\n'), filterFields(headerSection, 'without', ['content-transfer-encoding'])])
}

/** Lines of base64, each with its end; all but the last piece of a body have whole lines of octets. */
export function base64Lines(octets: Uint8Array): Buffer {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64')
  return Buffer.from(text.replace(/.{1,76}/g, '$&\r\n'))
}
