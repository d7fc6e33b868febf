import type { Content } from '../../content/content.ts'
import { makeShards, renumberShard } from '../../fulltext/block.ts'
import { gramsOfMessage } from '../../fulltext/grams-of-message.ts'
import type { TextField } from '../../fulltext/pieces.ts'
import { decodeAscending } from '../../fulltext/varints.ts'
import { decodeParts } from '../../message/parts.ts'
import type { MessageBody } from '../mailbox.ts'
import { readBody } from '../read-body.ts'

/** An email that is to be looked into. */
export interface UnreadEmail {
  readonly emailId: number
  readonly body: MessageBody
  readonly parts: Uint8Array
}

/** Grams of one email (fulltext/grams-of-message.ts). */
export type EmailText = { readonly emailId: number } & Readonly<Record<TextField, Uint8Array>>

/** Octets by field, one for each shard. */
export type Shards = Readonly<Record<TextField, readonly Uint8Array[]>>

export interface StoredShard {
  readonly field: TextField
  readonly shard: number
  readonly octets: Uint8Array
}

/** What the index costs: reading, decoding, counting. Done in a thread of its own (app/text-thread.ts), so that nobody waits for it. */
export interface TextWork {
  read(emails: readonly UnreadEmail[]): Promise<readonly EmailText[]>
  /** Shards of emails that have been read, one column each. */
  join(emails: readonly EmailText[]): Promise<Shards>
  /** The same shards without the columns whose number is -1; the others get theirs. */
  renumber(shards: readonly StoredShard[], columns: number, numbers: readonly number[]): Promise<readonly StoredShard[]>
}

export function textWork(content: Pick<Content, 'read'>): TextWork {
  return {
    async read(emails) {
      const read: EmailText[] = []
      for (const { emailId, body, parts } of emails) {
        const extent = { prefixLength: body.prefixLength, sizeBytes: body.prefixLength + body.octetsLength }
        read.push({ emailId, ...(await gramsOfMessage(decodeParts(parts), extent, (start, end) => readBody(content, body, start, end))) })
      }
      return read
    },
    async join(emails) {
      const shards = (field: TextField) => makeShards(emails.map((email) => Uint16Array.from(decodeAscending(email[field]))))
      return { header: shards('header'), body: shards('body') }
    },
    async renumber(shards, columns, numbers) {
      return shards.map(({ field, shard, octets }) => ({ field, shard, octets: renumberShard(octets, columns, numbers) }))
    },
  }
}
