import type { Content } from '../../content/content.ts'
import { makeShards, renumberShard } from '../../fulltext/block.ts'
import { fieldsOf, findTexts } from '../../fulltext/find-texts.ts'
import { gramsOfMessage } from '../../fulltext/grams-of-message.ts'
import type { Extent, TextField } from '../../fulltext/pieces.ts'
import { type Score, sought } from '../../fulltext/sought.ts'
import { decodeAscending } from '../../fulltext/varints.ts'
import { decodeParts } from '../../message/parts.ts'
import type { MessageBody } from '../mailbox.ts'
import { readBody } from '../read-body.ts'
import type { WantedText } from './candidates.ts'

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

/** A message whose texts are looked through. */
export type SearchedMessage = Pick<UnreadEmail, 'body' | 'parts'>

/** What a search costs that the index cannot answer: reading, decoding, looking. Done in a thread of its own, too. */
export interface TextSearch {
  /** How well each message holds each text. */
  find(messages: readonly SearchedMessage[], wanted: readonly WantedText[]): Promise<readonly (readonly Score[])[]>
}

/** What the index costs: reading, decoding, counting. Done in a thread of its own (app/text-thread.ts), so that nobody waits for it. */
export interface TextWork {
  read(emails: readonly UnreadEmail[]): Promise<readonly EmailText[]>
  /** Shards of emails that have been read, one column each. */
  join(emails: readonly EmailText[]): Promise<Shards>
  /** The same shards without the columns whose number is -1; the others get theirs. */
  renumber(shards: readonly StoredShard[], columns: number, numbers: readonly number[]): Promise<readonly StoredShard[]>
}

export function textSearch(content: Pick<Content, 'read'>): TextSearch {
  return {
    async find(messages, texts) {
      const wanted = await Promise.all(texts.map(async (text) => ({ fields: fieldsOf(text), sought: await sought(text) })))
      const found: (readonly Score[])[] = []
      for (const { body, parts } of messages) {
        found.push(await findTexts(decodeParts(parts), extentOf(body), wanted, (start, end) => readBody(content, body, start, end)))
      }
      return found
    },
  }
}

export function textWork(content: Pick<Content, 'read'>): TextWork {
  return {
    async read(emails) {
      const read: EmailText[] = []
      for (const { emailId, body, parts } of emails) {
        read.push({ emailId, ...(await gramsOfMessage(decodeParts(parts), extentOf(body), (start, end) => readBody(content, body, start, end))) })
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

function extentOf({ prefixLength, octetsLength }: MessageBody): Extent {
  return { prefixLength, sizeBytes: prefixLength + octetsLength }
}
