import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Address, formatAddress, parseAddress } from './address.ts'

/**
 * The Sender Rewriting Scheme (Mengwong 2003; libsrs2): mail that is forwarded gets a reverse-path of ours, so that SPF holds where it goes (SPEC A13), and what comes
 * back by it can be led on to its sender, by nobody else than us and not for ever.
 *
 *     ann@a.example             -> SRS0=hash=day=a.example=ann@ours.example
 *     SRS0=…=…@first.example    -> SRS1=hash=first.example==…=…@ours.example     (it was forwarded to us: the way back is two hops, however many there were)
 */

/** Base32 (RFC 4648) in lower case: no server's change of case harms it. */
const letters = 'abcdefghijklmnopqrstuvwxyz234567'
const hashLetters = 8
const dayMs = 86_400_000
/** The day goes round after 1,024 of them. */
const days = 1024
/** How long mail may come back: the five days of a queue, twice, and then some. */
const validDays = 21
/** RFC 5321 4.5.3.1.1. */
const longestLocalPart = 64

export class Srs {
  readonly #secret: string
  readonly #domain: string

  /** @param domain of ours, to which mail may come back */
  constructor(secret: string, domain: string) {
    this.#secret = secret
    this.#domain = domain
  }

  /** The reverse-path to forward with; undefined: it would be longer than RFC 5321 permits, so the sender's own has to do. */
  forward(sender: Address, nowMs: number): Address | undefined {
    const again = /^srs([01])[=+-](.*)$/is.exec(sender.localPart)
    const localPart = again === null ? this.#first(sender, nowMs) : this.#next(again[1] === '1', again[2] ?? '', sender.domain)
    return Buffer.byteLength(localPart) > longestLocalPart ? undefined : readable({ localPart, domain: this.#domain })
  }

  /** Whom mail for one of these addresses is for; undefined: it is none of ours, too old, or somebody made it up. */
  back({ localPart }: Address, nowMs: number): Address | undefined {
    const [, kind, hash = '', rest = ''] = /^srs([01])[=+-]([a-z2-7]{8})=(.*)$/is.exec(localPart) ?? []
    if (kind === undefined || !this.#isOurs(hash, rest)) return undefined
    if (kind === '1') {
      const [, first = '', inner = ''] = /^([^=]+)==(.*)$/s.exec(rest) ?? []
      return readable({ localPart: `SRS0=${inner}`, domain: first })
    }
    const [, day = '', domain = '', original = ''] = /^([a-z2-7]{2})=([^=]+)=(.*)$/is.exec(rest) ?? []
    const age = (today(nowMs) - dayNumber(day) + days) % days
    return age <= validDays ? readable({ localPart: original, domain }) : undefined
  }

  #first({ localPart, domain }: Address, nowMs: number): string {
    const day = today(nowMs)
    const rest = `${letter(day >> 5)}${letter(day & 31)}=${domain}=${localPart}`
    return `SRS0=${this.#hash(rest)}=${rest}`
  }

  #next(isSecond: boolean, inner: string, domain: string): string {
    // Of another forwarder's SRS1 the first forwarder and what he wrote stay; the hash before them becomes ours.
    const rest = isSecond ? inner.slice(inner.indexOf('=') + 1) : `${domain}==${inner}`
    return `SRS1=${this.#hash(rest)}=${rest}`
  }

  #isOurs(hash: string, rest: string): boolean {
    return timingSafeEqual(Buffer.from(hash.toLowerCase()), Buffer.from(this.#hash(rest)))
  }

  /** Servers on the way may have changed the case of anything. */
  #hash(text: string): string {
    const octets = createHmac('sha256', this.#secret).update(text.toLowerCase()).digest()
    return Array.from({ length: hashLetters }, (_, at) => letter((octets[at] ?? 0) & 31)).join('')
  }
}

function readable(address: Address): Address | undefined {
  return parseAddress(formatAddress(address))
}

function today(nowMs: number): number {
  return Math.floor(nowMs / dayMs) % days
}

function dayNumber(text: string): number {
  const [high = '', low = ''] = text.toLowerCase()
  return letters.indexOf(high) * 32 + letters.indexOf(low)
}

function letter(number: number): string {
  return letters[number & 31] ?? ''
}
