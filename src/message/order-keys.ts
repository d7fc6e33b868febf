import { baseSubject } from './base-subject.ts'
import { readDate, readDay } from './date.ts'
import { readText } from './encoded-word.ts'
import { casemap } from './fold.ts'
import type { KnownFields } from './known-fields.ts'
import { readMessageIds } from './message-id.ts'

/** What SORT and THREAD (RFC 5256) go by, save texts: small enough to be kept of every message. */
export interface OrderKeys {
  /** The instant that Date names; undefined: it names none (RFC 5256 2.2 takes INTERNALDATE then). */
  readonly sentMs: number | undefined
  /** The calendar day that the sender wrote, whatever the zone, counted from 1970-01-01 (SENTON, RFC 9051 6.4.4). */
  readonly sentDay: number | undefined
  /** Hash of the base subject (RFC 5256 2.1) as i;unicode-casemap compares it, below 2^46; 0: it is empty. */
  readonly subject: number
  readonly isReply: boolean
  /** Hash of the first id in Message-ID, below 2^47; 0: there is none. */
  readonly messageId: number
  /** Hashes of the ids in References, of In-Reply-To's first where it has none (RFC 5256 3, REFERENCES step 1). The last one is the parent. */
  readonly references: readonly number[]
}

export const noOrderKeys: OrderKeys = { sentMs: undefined, sentDay: undefined, subject: 0, isReply: false, messageId: 0, references: [] }

/** Octets of a subject that are looked at; lines have under 1,000 (RFC 5322 2.1.1). */
const subjectOctets = 10_000
/** A thread's root and its newest members; senders shorten the middle as well (RFC 5537 3.4.4). */
const oldestReferences = 1
const newestReferences = 99

export function orderKeys(known: KnownFields): OrderKeys {
  const date = known.date?.[0]
  const base = baseSubject(readText((known.subject?.[0] ?? '').slice(0, subjectOctets)))
  return {
    sentMs: date === undefined ? undefined : readDate(date),
    sentDay: date === undefined ? undefined : readDay(date),
    subject: base.text === '' ? 0 : subjectHash(base.text),
    isReply: base.isReply,
    messageId: idsOf(known['message-id'])[0] ?? 0,
    references: referencesOf(known),
  }
}

/** For what is kept only, never to tell two ids apart that somebody means to mix up: he can quote either. */
function subjectHash(text: string): number {
  return Math.floor(hash(casemap(text)) / 2) || 1
}

function referencesOf(known: KnownFields): readonly number[] {
  const ids = idsOf(known.references)
  if (ids.length === 0) return idsOf(known['in-reply-to']).slice(0, 1)
  if (ids.length <= oldestReferences + newestReferences) return ids
  return [...ids.slice(0, oldestReferences), ...ids.slice(-newestReferences)]
}

/** Ids of the first field of that name; a word that is no `<…@…>` is no id (RFC 5322 3.6.4). */
function idsOf(values: readonly string[] | undefined): number[] {
  const first = values?.[0]
  if (first?.includes('<') !== true) return []
  return readMessageIds(first)
    .filter((id) => id.includes('@'))
    .map((id) => hash(unquoted(id)) || 1)
}

/** `<"a"@b>` is `<a@b>` (RFC 5256 3). */
function unquoted(id: string): string {
  return id.includes('"') ? id.replace(/\\(.)|"/g, '$1') : id
}

/** 47 bits of two multiplicative hashes side by side (as Murmur's finisher mixes): a million ids meet by chance once in 280 mailboxes. */
function hash(text: string): number {
  let one = 0x9e37_79b9
  let two = 0x85eb_ca6b
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    one = Math.imul(one ^ code, 0xcc9e_2d51)
    two = Math.imul(two ^ code, 0x1b87_3593)
  }
  one = mixed(one ^ text.length)
  two = mixed(two ^ one)
  return (one >>> 0) * 0x8000 + (two >>> 17)
}

function mixed(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return h ^ (h >>> 16)
}
