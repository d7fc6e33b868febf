import { readAddressList } from '../../message/address-list.ts'
import { decodeWords } from '../../message/encoded-word.ts'
import { octetsToText } from '../../message/octets.ts'
import { viewLimits } from './limits.ts'
import { domainOf } from './url.ts'

/** A field of the top header section. */
export interface Field {
  /** As written. */
  readonly name: string
  readonly lower: string
  /** Octet string with its folding, without outer white space. */
  readonly value: string
}

/** An address of From, Reply-To, To … */
export interface Party {
  /** Decoded; '' where none is given. */
  readonly name: string
  /** local-part@domain, in lower case; '' where there is only a name. */
  readonly address: string
  readonly domain: string
  /** The registrable domain. */
  readonly organisation: string
}

/** The top header section, as far as `viewLimits` go. */
export class HeaderView {
  readonly fields: readonly Field[]
  readonly #byName = new Map<string, string[]>()
  /** Lines that are neither a field nor folding. */
  readonly strayLines: number

  /** `section` is an octet string that ends before the empty line or after it. */
  constructor(section: string) {
    const fields: Field[] = []
    let strayLines = 0
    for (let at = 0; at < section.length && fields.length < viewLimits.fields; ) {
      const end = fieldEnd(section, at)
      const line = section.slice(at, end)
      at = end
      const colon = line.indexOf(':')
      const name = line.slice(0, Math.max(0, colon)).trimEnd()
      if (/^[!-9;-~]{1,100}$/.test(name)) fields.push({ name, lower: name.toLowerCase(), value: line.slice(colon + 1).trim() })
      else if (line.trim() !== '' && !line.startsWith('From ')) strayLines += 1
    }
    for (const { lower, value } of fields) {
      const values = this.#byName.get(lower)
      if (values === undefined) this.#byName.set(lower, [value])
      else values.push(value)
    }
    this.fields = fields
    this.strayLines = strayLines
  }

  /** Values of all fields of a name in lower case, as octet strings. */
  all(name: string): readonly string[] {
    return this.#byName.get(name) ?? []
  }

  /** The first one's; '' where there is none. */
  first(name: string): string {
    return this.#byName.get(name)?.[0] ?? ''
  }

  has(name: string): boolean {
    return this.#byName.has(name)
  }

  /** As people read it: encoded words decoded, folding undone. */
  text(name: string): string {
    return readable(this.first(name))
  }

  parties(name: string): readonly Party[] {
    const parties: Party[] = []
    for (const value of this.all(name)) {
      for (const item of readAddressList(value, viewLimits.addresses)) {
        if (item.kind !== 'address' || parties.length >= viewLimits.addresses) continue
        const domain = octetsToText((item.domain ?? '').slice(0, viewLimits.nameCharacters)).toLowerCase()
        const address = item.domain === undefined ? '' : `${octetsToText(item.localPart.slice(0, viewLimits.nameCharacters)).toLowerCase()}@${domain}`
        const name = item.name ?? (item.domain === undefined ? item.localPart : '')
        parties.push({ name: readable(name.slice(0, viewLimits.nameCharacters)), address, domain, organisation: domain === '' ? '' : domainOf(domain) })
      }
    }
    return parties
  }
}

export function readable(value: string): string {
  return decodeWords(value).replace(/\s+/g, ' ').trim()
}

/** Past the last line of the field at `start`. */
function fieldEnd(section: string, start: number): number {
  let at = start
  for (;;) {
    const lf = section.indexOf('\n', at)
    if (lf < 0) return section.length
    at = lf + 1
    const next = section.charCodeAt(at)
    if (next !== 0x20 && next !== 0x09) return at
  }
}
