import { baseSubject } from '../message/base-subject.ts'
import { decodeWords, readText } from '../message/encoded-word.ts'
import { casemap, fold } from '../message/fold.ts'
import { type EnvelopeAddress, type EnvelopeAddresses, envelopeAddresses, type EnvelopeText, envelopeText } from '../message/read-envelope.ts'

/** Fields whose text is looked for by SEARCH and stands in the index. */
export type SearchedField = 'subject' | 'from' | 'to' | 'cc' | 'bcc' | 'message-id' | 'in-reply-to'

/** Texts that SORT goes by (RFC 5256 3, RFC 5957). */
export type SortText = 'sort-subject' | 'sort-from' | 'sort-to' | 'sort-cc' | 'sort-display-from' | 'sort-display-to'

export type MessageText = SearchedField | SortText

/** Characters of a text that sort: nobody sees the order of longer ones, and they fill memory. */
const longestSortText = 1_000
/** Octets of a field that is made into such a text. */
const sortedOctets = 10_000
/** Stands for a field that is there and empty. */
const emptyField = '\u0001'

/**
 * A text of a message, from its ENVELOPE: for SEARCH folded (`fold`), '' where the field is missing, one line for each address; for SORT ready to
 * be compared by `<` (`casemap`).
 */
export function textOf(envelope: Uint8Array, of: MessageText): string {
  const text = rawTextOf(envelope, of)
  return text.includes('\0') ? text.replaceAll('\0', ' ') : text
}

function rawTextOf(envelope: Uint8Array, of: MessageText): string {
  switch (of) {
    case 'subject':
    case 'message-id':
    case 'in-reply-to':
      return fieldText(envelope, of)
    case 'from':
    case 'to':
    case 'cc':
    case 'bcc':
      return fold(envelopeAddresses(envelope, of).map(addressLine).join('\n'))
    case 'sort-subject':
      return sortText(baseSubject(readText((envelopeText(envelope, 'subject') ?? '').slice(0, sortedOctets))).text)
    case 'sort-from':
      return sortMailbox(envelope, 'from')
    case 'sort-to':
      return sortMailbox(envelope, 'to')
    case 'sort-cc':
      return sortMailbox(envelope, 'cc')
    case 'sort-display-from':
      return sortDisplay(envelope, 'from')
    case 'sort-display-to':
      return sortDisplay(envelope, 'to')
  }
}

function fieldText(envelope: Uint8Array, field: EnvelopeText): string {
  const value = envelopeText(envelope, field)
  if (value === undefined) return ''
  return fold(decodeWords(value)) || emptyField
}

/** "name <mailbox@host>", the form in which people see and look for addresses; of a group its name. */
function addressLine({ name, mailbox, host }: EnvelopeAddress): string {
  const address = host === undefined ? (mailbox ?? '') : `${mailbox ?? ''}@${host}`
  return decodeWords(name === undefined ? address : `${name} <${address}>`)
}

function sortText(text: string): string {
  return casemap(text.slice(0, longestSortText))
}

/** RFC 5256 3: the mailbox of the first address. */
function sortMailbox(envelope: Uint8Array, field: EnvelopeAddresses): string {
  const [first] = envelopeAddresses(envelope, field)
  return sortText(decodeWords((first?.mailbox ?? '').slice(0, sortedOctets)))
}

/** RFC 5957 3: the display name of the first address, decoded, else the address; of a group its name. */
function sortDisplay(envelope: Uint8Array, field: EnvelopeAddresses): string {
  const [first] = envelopeAddresses(envelope, field)
  if (first === undefined) return ''
  const name = readText((first.name ?? '').slice(0, sortedOctets))
  return sortText(name === '' ? addressLine({ ...first, name: undefined }) : name)
}
