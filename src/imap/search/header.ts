import { asWritten, type Score, scoreIn, type Sought } from '../../fulltext/sought.ts'
import { readAddressList } from '../../message/address-list.ts'
import { readDay } from '../../message/date.ts'
import { decodeWords } from '../../message/encoded-word.ts'
import { fold } from '../../message/fold.ts'
import { fields } from '../../message/header-section.ts'
import type { SearchKey } from '../parse/search.ts'

/** Keys that a header section answers. */
export type HeaderKey = SearchKey & { readonly kind: 'header' }

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

/** A message's header section, read for SEARCH: encoded words decoded, folding undone. Fields are looked up when asked for, and once. */
export class MessageHeader {
  readonly #octets: Uint8Array
  readonly #values = new Map<string, readonly string[]>()

  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  /** How well the field holds the text; the empty one asks for the field itself. */
  score({ field, text }: HeaderKey, sought: Sought): Score {
    const values = this.#valuesOf(field)
    if (text === '') return values.length > 0 ? asWritten : 0
    return values.reduce((best, value) => Math.max(best, scoreIn(value, sought)), 0)
  }

  #valuesOf(name: string): readonly string[] {
    let values = this.#values.get(name)
    if (values === undefined) {
      values = fields(this.#octets, name).map((value) => fold(addressFields.has(name) ? addressText(unfolded(value)) : decodeWords(unfolded(value))))
      this.#values.set(name, values)
    }
    return values
  }

  get sentDay(): number | undefined {
    const date = fields(this.#octets, 'date')[0]
    return date === undefined ? undefined : readDay(date)
  }
}

function unfolded(value: string): string {
  return value.includes('\n') ? value.replace(/\r?\n(?=[ \t])/g, '') : value
}
