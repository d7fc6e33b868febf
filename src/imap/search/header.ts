import { readAddressList } from '../../message/address-list.ts'
import { readDay } from '../../message/date.ts'
import { decodeWords } from '../../message/encoded-word.ts'
import { fields } from '../../message/header-section.ts'

/** How texts are compared: in one Unicode form, without case (RFC 9051 6.4.4: case-insensitive, as i;unicode-casemap means it). */
export function fold(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text.toLowerCase() : text.normalize('NFC').toLowerCase()
}

/** FROM, TO, CC and BCC ask for addresses as ENVELOPE has them, whatever comments and spaces stand between their parts. */
const addressFields: ReadonlySet<string> = new Set(['from', 'to', 'cc', 'bcc', 'sender', 'reply-to'])

/** The field as it is written, and each of its addresses on a line of its own. */
function addressText(value: string): string {
  const addresses = readAddressList(value).map((item) => {
    if (item.kind === 'group-end') return ''
    if (item.kind === 'group-start') return item.name
    const address = item.domain === undefined ? item.localPart : `${item.localPart}@${item.domain}`
    return item.name === undefined ? address : `${item.name} <${address}>`
  })
  return [value, ...addresses].map(decodeWords).join('\n')
}

/** A message's header section, read for SEARCH: encoded words decoded, folding undone. Fields are looked up when asked for. */
export class MessageHeader {
  readonly #octets: Uint8Array
  readonly #values = new Map<string, readonly string[]>()
  #text: string | undefined

  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  /** Whether a field of this name holds the folded text; '' asks for the field itself. */
  has(name: string, text: string): boolean {
    let values = this.#values.get(name)
    if (values === undefined) {
      values = fields(this.#octets, name).map((value) => fold(addressFields.has(name) ? addressText(unfolded(value)) : decodeWords(unfolded(value))))
      this.#values.set(name, values)
    }
    return text === '' ? values.length > 0 : values.some((value) => value.includes(text))
  }

  /** Whether the folded text stands anywhere in it. */
  hasText(text: string): boolean {
    this.#text ??= headerText(this.#octets)
    return this.#text.includes(text)
  }

  get sentDay(): number | undefined {
    const date = fields(this.#octets, 'date')[0]
    return date === undefined ? undefined : readDay(date)
  }
}

/** A header section as one folded text, one line a field. */
export function headerText(octets: Uint8Array): string {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')
  return fold(
    text
      .replace(/\r?\n(?=[ \t])/g, '')
      .split(/\r?\n/)
      .map(decodeWords)
      .join('\n'),
  )
}

function unfolded(value: string): string {
  return value.includes('\n') ? value.replace(/\r?\n(?=[ \t])/g, '') : value
}
