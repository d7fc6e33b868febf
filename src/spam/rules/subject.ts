import { type Facts, factsOf } from '../facts/facts.ts'
import { comparable, wordHashes } from '../view/letters.ts'
import type { MessageView } from '../view/message-view.ts'

/** Words of the subject and of the sender's name that phrases are looked for in. */
const mostWords = 100

/** What a rule looks at. Texts are lists, since there may be many of one kind. */
export interface RuleSubject {
  readonly facts: Facts
  readonly texts: (field: string) => readonly string[]
  /** Of the fields that `says` is said of. */
  readonly words: (field: WordField) => Int32Array
}

/** In the form that words are compared in (letters.ts): lower case, umlauts written out. */
const fields = {
  subject: ({ subject }) => [comparable(subject)],
  body: ({ comparable }) => [comparable],
  'from.name': ({ from }) => from.map(({ name }) => comparable(name)),
  // From here on as written.
  'from.address': ({ from }) => from.map(({ address }) => address),
  'from.domain': ({ from }) => from.map(({ domain }) => domain),
  'from.organisation': ({ from }) => from.map(({ organisation }) => organisation),
  'reply.domain': ({ header }) => header.parties('reply-to').map(({ domain }) => domain),
  text: ({ text }) => [text],
  html: ({ htmlSource }) => [htmlSource],
  hidden: ({ html }) => [html.hidden],
  url: ({ urls }) => urls.map(({ scheme, host, rest }) => `${scheme}://${host}${rest}`),
  'url.host': ({ urls }) => urls.map(({ host }) => host),
  'url.domain': ({ urls }) => urls.map(({ domain }) => domain),
  'url.tld': ({ urls }) => urls.map(({ domain }) => domain.slice(domain.lastIndexOf('.') + 1)),
  'file.name': ({ leaves }) => leaves.filter(({ fileName }) => fileName !== '').map(({ fileName }) => fileName),
  'part.type': ({ leaves }) => leaves.map(({ type }) => type),
  'part.charset': ({ leaves }) => leaves.map(({ charset }) => charset),
  'client.name': ({ input }) => [input.client?.hostName ?? ''],
  'client.helo': ({ input }) => [input.client?.helo ?? ''],
  'auth.spf': ({ input }) => [input.authentication?.spf ?? ''],
  'auth.dkim': ({ input }) => [input.authentication?.dkim ?? ''],
  'auth.dmarc': ({ input }) => [input.authentication?.dmarc ?? ''],
  'auth.arc': ({ input }) => [input.authentication?.arc ?? ''],
} as const satisfies Record<string, (view: MessageView) => readonly string[]>

const readField: Readonly<Record<string, (view: MessageView) => readonly string[]>> = fields

/**
 * `header:NAME` is any field of the header section, unfolded, as an octet string; `listed:NAME` what a blocklist answered: addresses in 127.0.0.0/8, and for each
 * bit of their last octet that is set, its value, `&8`.
 */
export const textFields: readonly string[] = Object.keys(fields)
export const wordFields = ['subject', 'body', 'from.name'] as const
export type WordField = (typeof wordFields)[number]

export function ruleSubject(view: MessageView): RuleSubject {
  const texts = new Map<string, readonly string[]>()
  const words = new Map<WordField, Int32Array>()
  return {
    facts: factsOf(view),
    texts: (field) => {
      const known = texts.get(field) ?? readText(field, view)
      texts.set(field, known)
      return known
    },
    words: (field) => {
      const known = words.get(field) ?? (field === 'body' ? view.words : wordHashes((readField[field]?.(view) ?? []).join(' '), mostWords))
      words.set(field, known)
      return known
    },
  }
}

function readText(field: string, view: MessageView): readonly string[] {
  if (field.startsWith('header:')) return view.header.all(field.slice(7)).map(unfolded)
  if (field.startsWith('listed:')) return (view.input.listings?.get(field.slice(7)) ?? []).flatMap((code) => [code, ...bitsOf(code)])
  return readField[field]?.(view) ?? []
}

function bitsOf(code: string): readonly string[] {
  const octet = Number(code.slice(code.lastIndexOf('.') + 1))
  return [1, 2, 4, 8, 16, 32, 64, 128].filter((bit) => (octet & bit) !== 0).map((bit) => `&${bit}`)
}

function unfolded(value: string): string {
  return value.includes('\n') ? value.replace(/\r?\n[ \t]*/g, ' ') : value
}
