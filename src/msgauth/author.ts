import { type Address, addressKey, parseAddress } from '../mail/address.ts'
import { readText } from '../message/encoded-word.ts'
import { eachField, unfold } from '../message/header-section.ts'
import { asBuffer, octetsToText } from '../message/octets.ts'
import type { AuthorTrick } from './authentication.ts'
import { readMailboxes } from './from-field.ts'
import { maxAuthors, maxFromOctets } from './limits.ts'

/** What `AuthorFinding` says before anything is authenticated. */
export interface ClaimedAuthor {
  readonly kind: 'one' | 'several' | 'none' | 'hidden'
  readonly addresses: readonly Address[]
  /** Addresses that the display name or a comment shows, and that are not the author's. */
  readonly shown: readonly Address[]
  readonly trick?: AuthorTrick
}

/**
 * The author for those who must not be fooled. Mail programs differ in what they make of a From field that breaks RFC 5322, or hides a second
 * one; a sender who is authenticated as one author and shown as another has passed everything (Chen, Paxson, Jiang: "Composition Kills", USENIX
 * Security 2020; espoofer). So a field is believed only where there is one way to read it. Where there is not, all addresses that somebody could see count.
 */
export function claimedAuthor(headerSection: Uint8Array): ClaimedAuthor {
  const section = asBuffer(headerSection)
  const values: string[] = []
  let trick: AuthorTrick | undefined
  for (const { start, nameEnd, end } of eachField(section)) {
    if (isPlainlyAnother(section, start, nameEnd)) continue
    const raw = section.toString('latin1', start, nameEnd)
    if (visibleName(raw) !== 'from') continue
    values.push(section.toString('latin1', start + raw.length, end))
    // `From :`, ` From:` at the top, `From` and its colon on two lines: whether that is a From field, readers disagree.
    if (section[nameEnd] !== colon || raw.length !== 'from'.length) trick ??= 'a From field whose name not everybody reads'
  }
  if (values.length > 1) trick = 'several From fields'
  const [value = ''] = values
  const text = unfold(value.replace(/^[^:]*:/, ''))
  trick ??= octetTrick(text)
  const read = trick === undefined ? readMailboxes(text) : { trick }
  if (read.trick !== undefined) return { kind: 'hidden', addresses: everyAddress(values), shown: [], trick: read.trick }
  const addresses = withoutRepetition(read.addresses)
  const own = new Set(addresses.map(addressKey))
  const shown = withoutRepetition(read.words.flatMap((word) => addressesIn(readText(word)))).filter((address) => !own.has(addressKey(address)))
  return { kind: addresses.length === 0 ? 'none' : addresses.length === 1 ? 'one' : 'several', addresses, shown }
}

/** A name without tricks that is not From: nearly all of them, and every message is asked. */
function isPlainlyAnother(section: Buffer, start: number, nameEnd: number): boolean {
  for (let at = start; at < nameEnd; at += 1) {
    const code = section[at] ?? 0
    if (code < 0x21 || code > 0x7e) return false
  }
  return nameEnd - start !== 'from'.length || ((section[start] ?? 0) | 0x20) !== 0x66
}

/** A name as it looks: without white space, control characters and octets that are not shown or not read. */
function visibleName(raw: string): string {
  return raw.length > longestName ? '' : raw.replace(/[^\x21-\x7e]/g, '').toLowerCase()
}

const colon = 0x3a
/** Octets, with all that is not shown: past it no reader sees From in it. */
const longestName = 1000

function octetTrick(text: string): AuthorTrick | undefined {
  if (text.length > maxFromOctets) return 'too much in From'
  if (/[^\t\x20-\x7e\x80-\xff]/.test(text)) return 'a control character in From'
  return undefined
}

/** Whatever looks like an address, as it stands or decoded, in quotation marks, comments and encoded words too. */
function everyAddress(values: readonly string[]): Address[] {
  const texts = values.slice(0, maxAuthors).map((value) => value.slice(0, maxFromOctets))
  // To some readers a text ends where it is no ASCII.
  const readings = [octetsToText, readText, (text: string) => text.replace(/[\x80-\xff]/g, ' ')]
  return withoutRepetition(texts.flatMap((text) => readings.flatMap((read) => addressesIn(read(text)))))
}

function addressesIn(text: string): Address[] {
  const addresses: Address[] = []
  for (let at = text.indexOf('@'); at >= 0 && addresses.length < maxAuthors; at = text.indexOf('@', at + 1)) {
    const local = /[^\s<>,;:"()\\@\p{Cc}]+$/u.exec(text.slice(Math.max(0, at - longestLocalPart), at))?.[0]
    const domain = /^[\p{L}\p{M}\p{N}.-]+/u.exec(text.slice(at + 1, at + 1 + longestDomain))?.[0].replace(/\.+$/, '')
    const address = domain === undefined ? undefined : parseAddress(`${local ?? 'unknown'}@${domain}`)
    if (address !== undefined) addresses.push(address)
  }
  return addresses
}

const longestLocalPart = 64
const longestDomain = 253

function withoutRepetition(addresses: readonly Address[]): Address[] {
  const byKey = new Map(addresses.map((address) => [addressKey(address), address]))
  return [...byKey.values()].slice(0, maxAuthors)
}
