import type { Parameter } from './content-type.ts'
import type { KnownFields } from './known-fields.ts'

/** What MIME fields say of a part, with defaults filled in (RFC 2045 5.2, RFC 2046 5.1.5). Octet strings, unfolded. */
export interface PartFields {
  /** In lower case; what the part is treated as: a multipart that cannot be opened is text/plain. */
  readonly type: string
  readonly subtype: string
  readonly parameters: readonly Parameter[]
  /** Content-Transfer-Encoding in lower case; "7bit" where missing. */
  readonly encoding: string
  readonly id: string | undefined
  readonly description: string | undefined
  readonly md5: string | undefined
  /** Content-Disposition with its type in lower case. */
  readonly disposition: { readonly disposition: string; readonly parameters: readonly Parameter[] } | undefined
  /** RFC 3282 tags. */
  readonly languages: readonly string[]
  readonly location: string | undefined
}

/** `message`: one that was opened; its one child is the message inside. One that was not, since it is coded or too deep, is a leaf. */
export type PartKind = 'leaf' | 'multipart' | 'message'

/**
 * A part of a scanned message. Offsets count octets from the message's first one; the header is [headerStart, bodyStart), its empty line
 * included; the body is [bodyStart, bodyEnd), without the line end that belongs to the boundary after it (RFC 2046 5.1.1).
 */
export interface Part {
  readonly kind: PartKind
  readonly headerStart: number
  readonly bodyStart: number
  readonly bodyEnd: number
  /** Line ends in the body; counted where BODYSTRUCTURE shows them (text and message), else 0. */
  readonly lines: number
  readonly fields: PartFields
  readonly children: readonly Part[]
  /** ENVELOPE as IMAP writes it, of the top part and of a message's child; else undefined. */
  readonly envelope: Uint8Array | undefined
}

/** The view of a whole message. */
export interface Scanned {
  readonly top: Part
  readonly sizeBytes: number
  /** Of the top header section, as far as `messageLimits.headerOctets` go. */
  readonly known: KnownFields
}

/** message/rfc822 (RFC 2046 5.2.1) or message/global (RFC 6532 3.7). */
export function isMessageType(fields: Pick<PartFields, 'type' | 'subtype'>): boolean {
  return fields.type === 'message' && (fields.subtype === 'rfc822' || fields.subtype === 'global')
}
