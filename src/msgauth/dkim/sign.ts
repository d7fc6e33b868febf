import { createHash, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { type HeaderField, headerFields } from '../header-fields.ts'
import { canonicalSignature, hashedFields, signedFields } from './canonical-header.ts'
import type { MessageToSign } from './message-to-sign.ts'

/** What a domain signs with; published at `SELECTOR._domainkey.DOMAIN`. */
export interface DkimKey {
  /** A-labels. */
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

/** Header fields to put in front of the message: the RSA signature and, for who knows it, the other. */
export async function dkimSignatures(message: MessageToSign, keys: readonly DkimKey[], nowMs: number): Promise<string> {
  const names = namesToSign(message.fields)
  const signatures = keys.map((key) => signatureField('DKIM-Signature', [' v=1'], { message, key, names, nowMs }))
  return (await Promise.all(signatures)).join('')
}

/** Names for h=, which is what `signature` covers. */
export function namesToSign(fields: readonly HeaderField[]): string[] {
  return signedNames.flatMap((name) => {
    const count = fields.filter((field) => field.name === name).length
    return Array.from({ length: signedAsTheyAre.has(name) ? count : count + 1 }, () => name)
  })
}

interface ToSign {
  readonly message: MessageToSign
  readonly key: DkimKey
  readonly names: readonly string[]
  readonly nowMs: number
}

/** A signature of the message itself, as DKIM has it and ARC takes it over (RFC 8617 4.1.2). `firstTags`: what tells them apart, each after a space. */
export async function signatureField(fieldName: string, firstTags: readonly string[], { message, key, names, nowMs }: ToSign): Promise<string> {
  const unsigned = [
    `${fieldName}:${firstTags.join(';')}; a=${algorithmOf(key)}; c=relaxed/relaxed;`,
    ` d=${key.domain}; s=${key.selector}; t=${seconds(nowMs)};`,
    ...folded(` h=${names.join(':')};`, ':'),
    ` bh=${message.bodyHash};`,
    ' b=',
  ].join('\r\n')
  return withSignature(unsigned, hashedFields(signedFields(message.fields, names), 'relaxed'), key)
}

export function algorithmOf({ privateKey }: DkimKey): string {
  return `${privateKey.asymmetricKeyType === 'ed25519' ? 'ed25519' : 'rsa'}-sha256`
}

export function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}

/** The field with its CRLF. `unsigned` ends with `b=`; `covered`: what is signed besides, canonical, as an octet string. */
export async function withSignature(unsigned: string, covered: string, key: DkimKey): Promise<string> {
  const [field] = headerFields(Buffer.from(`${unsigned}\r\n`, 'latin1'))
  if (field === undefined) throw new Error('a signature without a field')
  const value = await signed(Buffer.from(covered + canonicalSignature(field, 'relaxed'), 'latin1'), key)
  return `${unsigned}${(value.toString('base64').match(/.{1,72}/g) ?? []).join('\r\n ')}\r\n`
}

const signAway: (algorithm: string | null, octets: Uint8Array, key: KeyObject) => Promise<Buffer> = promisify(sign)

/** On crypto's own threads: RSA takes most of a millisecond. */
function signed(octets: Uint8Array, { privateKey }: DkimKey): Promise<Buffer> {
  const isEd25519 = privateKey.asymmetricKeyType === 'ed25519'
  return isEd25519 ? signAway(null, createHash('sha256').update(octets).digest(), privateKey) : signAway('sha256', octets, privateKey)
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
