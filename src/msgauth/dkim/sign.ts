import { createHash, type KeyObject, sign } from 'node:crypto'
import { type HeaderField, headerFields } from '../header-fields.ts'
import { BodyHasher } from './body-hash.ts'
import { canonicalSignature, hashedFields, signedFields } from './canonical-header.ts'

/** What a domain signs with; published at `SELECTOR._domainkey.DOMAIN`. */
export interface DkimKey {
  readonly domain: string
  readonly selector: string
  /** RSA of 2,048 bits, or Ed25519 (RFC 8463). */
  readonly privateKey: KeyObject
}

/**
 * Fields whose change, removal or doubling would change what a reader sees or where an answer goes (RFC 6376 5.4.1), and those that unsubscribe
 * (RFC 8058 4 wants them signed). Each is named once more than it is there: nobody can add another one.
 */
const signedNames = [
  ...['from', 'sender', 'reply-to', 'to', 'cc', 'subject', 'date', 'message-id', 'in-reply-to', 'references'],
  ...['mime-version', 'content-type', 'content-transfer-encoding', 'content-disposition'],
  ...['list-id', 'list-post', 'list-help', 'list-subscribe', 'list-unsubscribe', 'list-unsubscribe-post', 'list-owner', 'list-archive'],
  ...['autocrypt', 'openpgp', 'auto-submitted'],
] as const
/** Signed as many as there are: servers on the way may add or take them. */
const signedAsTheyAre = new Set<string>([
  'list-id',
  'list-post',
  'list-help',
  'list-subscribe',
  'list-owner',
  'list-archive',
  'autocrypt',
  'openpgp',
  'auto-submitted',
  'sender',
])

/** The text's lines of b= and h= are folded to fit this (RFC 5322 2.1.1). */
const longestLine = 76

/** Takes a message in pieces and signs it with every key of its domain, relaxed in both parts: the RSA signature and, for who knows it, the other. */
export class DkimSigner {
  readonly #keys: readonly DkimKey[]
  readonly #fields: readonly HeaderField[]
  readonly #body = new BodyHasher('relaxed')

  /** @param headerSection with the empty line at its end or without */
  constructor(headerSection: Uint8Array, keys: readonly DkimKey[]) {
    this.#keys = keys
    this.#fields = headerFields(headerSection)
    this.#body.want(Number.POSITIVE_INFINITY)
  }

  /** The body, in pieces of any cut. */
  update(piece: Uint8Array): void {
    this.#body.update(piece)
  }

  /** Header fields to put in front of the message, one for each key. */
  finish(nowMs: number): Buffer {
    const bodyHash = this.#body.finish().get(Number.POSITIVE_INFINITY)?.base64 ?? ''
    const names = signedNames.flatMap((name) => {
      const count = this.#fields.filter((field) => field.name === name).length
      return Array.from({ length: signedAsTheyAre.has(name) ? count : count + 1 }, () => name)
    })
    return Buffer.concat(this.#keys.map((key) => this.#signature(key, names, bodyHash, nowMs)))
  }

  #signature({ domain, selector, privateKey }: DkimKey, names: readonly string[], bodyHash: string, nowMs: number): Buffer {
    const ed25519 = privateKey.asymmetricKeyType === 'ed25519'
    const unsigned = [
      `DKIM-Signature: v=1; a=${ed25519 ? 'ed25519' : 'rsa'}-sha256; c=relaxed/relaxed;`,
      ` d=${domain}; s=${selector}; t=${Math.floor(nowMs / 1000)};`,
      ...folded(` h=${names.join(':')};`, ':'),
      ` bh=${bodyHash};`,
      ' b=',
    ].join('\r\n')
    const [field] = headerFields(Buffer.from(`${unsigned}\r\n`, 'latin1'))
    if (field === undefined) throw new Error('a signature without a field')
    const hashed = hashedFields(signedFields(this.#fields, names), 'relaxed')
    const octets = Buffer.from(hashed + canonicalSignature(field, 'relaxed'), 'latin1')
    const value = ed25519 ? sign(null, createHash('sha256').update(octets).digest(), privateKey) : sign('sha256', octets, privateKey)
    return Buffer.from(`${unsigned}${(value.toString('base64').match(/.{1,72}/g) ?? []).join('\r\n ')}\r\n`, 'latin1')
  }
}

function folded(text: string, after: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(new RegExp(`(?<=${after})`))) {
    if (line.length + word.length > longestLine) {
      lines.push(line)
      line = ' '
    }
    line += word
  }
  return [...lines, line]
}
