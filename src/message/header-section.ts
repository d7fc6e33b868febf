import { asBuffer, octet } from './octets.ts'

/**
 * Finding fields in the octets of a header section (RFC 5322 2.2) without taking all of it apart. Every function stops at the empty
 * line, so a whole message may be passed. Lines end with LF, CR before it or not.
 */

/** One field: its name is [start, nameEnd), its value with folding [valueStart, end), the last line's end included. */
export interface FieldPlace {
  readonly start: number
  readonly nameEnd: number
  /** Past the colon; equal to `end` where the line has none. */
  readonly valueStart: number
  readonly end: number
}

/** Values of all fields called `name` (any case), in their order, as octet strings with folding and outer white space. */
export function fields(headerSection: Uint8Array, name: string): string[] {
  const section = asBuffer(headerSection)
  const values: string[] = []
  for (let at = nextNamed(section, 0, name); at >= 0; ) {
    const end = fieldEnd(section, at)
    values.push(section.toString('latin1', section.indexOf(octet.colon, at + name.length) + 1, end))
    at = nextNamed(section, end, name)
  }
  return values
}

/** How many fields are called `name`: for the loop check over Received (RFC 5321 6.3). */
export function countFields(headerSection: Uint8Array, name: string): number {
  const section = asBuffer(headerSection)
  let count = 0
  for (let at = nextNamed(section, 0, name); at >= 0; at = nextNamed(section, at + name.length, name)) count += 1
  return count
}

/** A value without folding (RFC 5322 2.2.3) and outer white space. */
export function unfold(value: string): string {
  return (value.includes('\n') ? value.replace(/\r?\n(?=[ \t])/g, '') : value).trim()
}

/** The same as people read it: a fold with the white space around it is one space. Outer white space stays. */
export function unfoldToSpace(value: string): string {
  if (!value.includes('\n')) return value
  const lines = value.split('\n')
  const last = lines.length - 1
  return lines.map((line, index) => (index === 0 ? line.trimEnd() : index === last ? ` ${line.trimStart()}` : ` ${line.trim()}`)).join('')
}

/** Where the body begins: past the empty line; the length where there is none. */
export function headerSectionEnd(message: Uint8Array): number {
  const octets = asBuffer(message)
  let at = 0
  while (at < octets.length) {
    const empty = emptyLineEnd(octets, at)
    if (empty > at) return empty
    at = lineEnd(octets, at)
  }
  return octets.length
}

/** HEADER.FIELDS (`only`) and HEADER.FIELDS.NOT (`without`) of RFC 9051 6.4.5.1: the chosen fields as they stand, and the empty line. */
export function filterFields(headerSection: Uint8Array, mode: 'only' | 'without', names: readonly string[]): Uint8Array {
  const section = asBuffer(headerSection)
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  const kept: Uint8Array[] = []
  for (const field of eachField(section)) {
    const name = section.toString('latin1', field.start, field.nameEnd).toLowerCase()
    if (wanted.has(name) === (mode === 'only')) kept.push(section.subarray(field.start, field.end))
  }
  kept.push(emptyLine)
  return Buffer.concat(kept)
}

const emptyLine = Buffer.from('\r\n')

/** Fields in their order; a line without colon is a field whose name is the line. */
export function* eachField(section: Buffer): Generator<FieldPlace> {
  let start = 0
  while (start < section.length && emptyLineEnd(section, start) === start) {
    const end = fieldEnd(section, start)
    const firstLineEnd = Math.min(end, lineEnd(section, start))
    const colon = section.subarray(start, firstLineEnd).indexOf(octet.colon)
    let nameEnd = colon < 0 ? firstLineEnd : start + colon
    while (nameEnd > start && isBlank(section[nameEnd - 1])) nameEnd -= 1
    yield { start, nameEnd, valueStart: colon < 0 ? end : start + colon + 1, end }
    start = end
  }
}

/** The next line at or past `from` that begins with this name and a colon; `from` must not lie inside a name. */
function nextNamed(section: Buffer, from: number, name: string): number {
  let at = from
  while (at < section.length) {
    if (emptyLineEnd(section, at) > at) return -1
    if (isNamed(section, at, name)) return at
    at = lineEnd(section, at)
  }
  return -1
}

/** `Name:` or, as RFC 5322 4.5 still permits, `Name :`. */
export function isNamed(section: Buffer, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const code = section[at + index] ?? 0
    const wanted = name.charCodeAt(index)
    if (code !== wanted && ((code ^ wanted) !== 0x20 || !isLetter(code))) return false
  }
  let index = at + name.length
  while (section[index] === octet.space || section[index] === octet.tab) index += 1
  return section[index] === octet.colon
}

/** Past the field's last line: the next line that does not begin with white space. */
export function fieldEnd(section: Buffer, start: number): number {
  let end = lineEnd(section, start)
  while (end < section.length && (section[end] === octet.space || section[end] === octet.tab)) end = lineEnd(section, end)
  return end
}

export function lineEnd(section: Buffer, start: number): number {
  const lf = section.indexOf(octet.lf, start)
  return lf < 0 ? section.length : lf + 1
}

/** Past the empty line at `at`; `at` itself where there is none. */
export function emptyLineEnd(section: Buffer, at: number): number {
  if (section[at] === octet.lf) return at + 1
  return section[at] === octet.cr && section[at + 1] === octet.lf ? at + 2 : at
}

function isBlank(code: number | undefined): boolean {
  return code === octet.space || code === octet.tab || code === octet.cr || code === octet.lf
}

function isLetter(code: number): boolean {
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a
}
