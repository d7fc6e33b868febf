import { skipCfws, readComment, readQuotedString } from './lexer.ts'
import { messageLimits } from './limits.ts'
import { isWhiteSpace, lowerAscii, octet, skipWhiteSpace } from './octets.ts'

/** A parameter as it goes over the wire: name in lower case, value unquoted. A name ending in `*` has an RFC 2231 value: `utf-8'en'%C3%A4`. */
export type Parameter = readonly [name: string, value: string]

/** Content-Type (RFC 2045 5.1). All texts are octet strings; type and subtype are in lower case, '' where missing. */
export interface ContentType {
  readonly type: string
  readonly subtype: string
  readonly parameters: readonly Parameter[]
}

/** Content-Disposition (RFC 2183 2). */
export interface Disposition {
  /** In lower case, '' where missing. */
  readonly disposition: string
  readonly parameters: readonly Parameter[]
}

/** Reads whatever stands there: missing semicolons, stray text, unclosed quotes and spaces in unquoted values are forgiven. */
export function readContentType(text: string): ContentType {
  const type = readWord(text, 0)
  const slash = skipCfws(text, type.end)
  if (text.charCodeAt(slash) !== octet.slash) return { type: type.value, subtype: '', parameters: readParameters(text, type.end) }
  const subtype = readWord(text, slash + 1)
  return { type: type.value, subtype: subtype.value, parameters: readParameters(text, subtype.end) }
}

export function readDisposition(text: string): Disposition {
  const word = readWord(text, 0)
  return { disposition: word.value, parameters: readParameters(text, word.end) }
}

/** The value of one parameter, decoded no further. */
export function parameter(parameters: readonly Parameter[], name: string): string | undefined {
  return parameters.find((entry) => entry[0] === name)?.[1]
}

function readWord(text: string, start: number): { readonly value: string; readonly end: number } {
  const from = skipCfws(text, start)
  let end = from
  while (end < text.length && !endsWord(text.charCodeAt(end))) end += 1
  return { value: lowerAscii(text.slice(from, end)), end }
}

function endsWord(code: number): boolean {
  return isWhiteSpace(code) || code === octet.slash || code === octet.semicolon || code === octet.open
}

function readParameters(text: string, start: number): Parameter[] {
  const raw: Parameter[] = []
  let index = start
  // Text between the type and the first parameter, such as a second word, is skipped up to where a name stands before an equals sign.
  while (raw.length < messageLimits.continuations) {
    index = skipSeparators(text, index)
    if (index >= text.length) break
    const nameEnd = tokenEnd(text, index)
    const equals = skipCfws(text, nameEnd)
    if (nameEnd === index || text.charCodeAt(equals) !== octet.equals) {
      index = Math.max(nameEnd, index + 1)
      continue
    }
    const value = readValue(text, equals + 1)
    if (value.value !== '' || value.quoted) raw.push([lowerAscii(text.slice(index, nameEnd)), value.value])
    index = value.end
  }
  return joinContinuations(raw).slice(0, messageLimits.parameters)
}

function skipSeparators(text: string, start: number): number {
  let index = skipCfws(text, start)
  while (text.charCodeAt(index) === octet.semicolon) index = skipCfws(text, index + 1)
  return index
}

/** An unquoted value runs to the semicolon, comment or next `name=`, so that `filename=my letter.pdf` is what its sender meant. */
function readValue(text: string, start: number): { readonly value: string; readonly end: number; readonly quoted: boolean } {
  const from = skipCfws(text, start)
  if (text.charCodeAt(from) === octet.quote) {
    const quoted = readQuotedString(text, from)
    return { ...quoted, quoted: true }
  }
  let value = ''
  let index = from
  while (index < text.length) {
    const code = text.charCodeAt(index)
    if (code === octet.semicolon) break
    if (isWhiteSpace(code)) {
      index = skipWhiteSpace(text, index)
      if (text.charCodeAt(index) === octet.open) index = skipWhiteSpace(text, readComment(text, index).end)
      if (startsParameter(text, index)) break
      if (index < text.length && text.charCodeAt(index) !== octet.semicolon) value += ' '
    } else {
      const end = valueRunEnd(text, index)
      value += text.slice(index, end)
      index = end
    }
  }
  return { value, end: index, quoted: false }
}

/** `name=`, but not `=?charset?…`, which continues a value in encoded words. */
function startsParameter(text: string, start: number): boolean {
  const end = tokenEnd(text, start)
  return end > start && text.charCodeAt(end) === octet.equals
}

function tokenEnd(text: string, start: number): number {
  let index = start
  while (index < text.length) {
    const code = text.charCodeAt(index)
    if (isWhiteSpace(code) || code === octet.semicolon || code === octet.equals || code === octet.open || code === octet.quote) break
    index += 1
  }
  return index
}

function valueRunEnd(text: string, start: number): number {
  let index = start
  while (index < text.length) {
    const code = text.charCodeAt(index)
    if (isWhiteSpace(code) || code === octet.semicolon) break
    index += 1
  }
  return index
}

interface Section {
  readonly order: number
  readonly extended: boolean
  readonly value: string
}

/**
 * `name*0*=…; name*1=…` becomes one `name*` (some section percent-coded) or `name` (RFC 2231 3, 4.1). Sections may come in any
 * order; after a gap the rest is dropped. The first of equal names wins.
 */
function joinContinuations(raw: readonly Parameter[]): Parameter[] {
  if (!raw.some(([name]) => name.includes('*'))) return firstOfEach(raw)
  const joined: (Parameter | undefined)[] = []
  const sections = new Map<string, { readonly at: number; readonly list: Section[] }>()
  for (const [name, value] of raw) {
    const section = /^([^*]+)\*(\d{1,4})(\*?)$/.exec(name)
    const base = section?.[1]
    if (section === null || base === undefined) {
      joined.push([name, value])
      continue
    }
    let known = sections.get(base)
    if (known === undefined) {
      known = { at: joined.length, list: [] }
      sections.set(base, known)
      joined.push(undefined)
    }
    known.list.push({ order: Number(section[2]), extended: section[3] === '*', value })
  }
  for (const [base, { at, list }] of sections) joined[at] = joinSections(base, list)
  return firstOfEach(joined.filter((entry) => entry !== undefined))
}

function joinSections(base: string, list: Section[]): Parameter {
  list.sort((left, right) => left.order - right.order)
  const extended = list.some((section) => section.extended)
  let value = ''
  let expected = list[0]?.order ?? 0
  for (const section of list) {
    if (section.order < expected) continue
    if (section.order > expected) break
    // In a value that is percent-coded as a whole, a plain section's own percent signs have to be coded too.
    value += extended && !section.extended ? section.value.replace(/[%']/g, (character) => (character === '%' ? '%25' : '%27')) : section.value
    expected += 1
  }
  const charsetMissing = extended && list[0]?.extended !== true
  return [extended ? `${base}*` : base, charsetMissing ? `''${value}` : value]
}

function firstOfEach(list: readonly Parameter[]): Parameter[] {
  const seen = new Set<string>()
  return list.filter(([name]) => !seen.has(name) && seen.add(name) !== undefined)
}
