import { eachField } from '../message/header-section.ts'
import { asBuffer } from '../message/octets.ts'

/** A header field as signatures see it. */
export interface HeaderField {
  /** Lower case. */
  readonly name: string
  /** All of it as an octet string (message/octets.ts), its last line's end included. */
  readonly raw: string
  /** Where the value begins in `raw`. */
  readonly valueStart: number
}

/** All fields in their order. A line without a colon is no field, and is passed over. */
export function headerFields(headerSection: Uint8Array): HeaderField[] {
  const section = asBuffer(headerSection)
  const all: HeaderField[] = []
  for (const { start, nameEnd, valueStart, end } of eachField(section)) {
    if (valueStart === end && section[end - 1] !== colon) continue
    all.push({
      name: section.toString('latin1', start, nameEnd).toLowerCase(),
      raw: section.toString('latin1', start, end),
      valueStart: valueStart - start,
    })
  }
  return all
}

const colon = 0x3a

/** The value with its folding, without its last line's end. */
export function valueOf({ raw, valueStart }: HeaderField): string {
  return raw.slice(valueStart).replace(/\r?\n$/, '')
}
