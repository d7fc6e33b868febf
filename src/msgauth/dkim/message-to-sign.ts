import { type HeaderField, headerFields } from '../header-fields.ts'
import { type MessageOctets, piecesOf, readHeaderSection } from '../octets-of-message.ts'
import { BodyHasher } from './body-hash.ts'

/** What signatures are made of, relaxed in both parts (RFC 6376 3.4): small, whatever the message's size. */
export class MessageToSign {
  readonly fields: readonly HeaderField[]
  /** bh= */
  readonly bodyHash: string

  private constructor(fields: readonly HeaderField[], bodyHash: string) {
    this.fields = fields
    this.bodyHash = bodyHash
  }

  /** Takes the octets to their end, once. Rejects only where reading them does. */
  static async read(octets: MessageOctets): Promise<MessageToSign> {
    const pieces = piecesOf(octets)
    const { section, bodyStart } = await readHeaderSection(pieces)
    const hasher = new BodyHasher('relaxed')
    hasher.want(Number.POSITIVE_INFINITY)
    hasher.update(bodyStart)
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) hasher.update(next.value)
    return new MessageToSign(headerFields(section), hasher.finish().get(Number.POSITIVE_INFINITY)?.base64 ?? '')
  }

  /** With `fields` above it, each with its CRLF. */
  under(fields: string): MessageToSign {
    return new MessageToSign([...headerFields(Buffer.from(fields, 'latin1')), ...this.fields], this.bodyHash)
  }
}
