import { canonicalName } from '../../dns/name.ts'
import { parseDomain } from '../../mail/domain.ts'
import { octetsToText } from '../../message/octets.ts'
import { type HeaderField, valueOf } from '../header-fields.ts'
import { colonList, parseTagList, withoutFws } from '../tag-list.ts'
import type { Canonicalization } from './canonical-header.ts'
import type { Fault, KeyType } from './key.ts'

/** DKIM-Signature (RFC 6376 3.5), or ARC-Message-Signature, which is made of the same tags (RFC 8617 4.1.2). */
export interface Signature {
  readonly field: HeaderField
  readonly keyType: KeyType
  /** b= */
  readonly signature: Buffer
  /** bh=, base64 without white space. */
  readonly bodyHash: string
  readonly header: Canonicalization
  readonly body: Canonicalization
  readonly domain: string
  readonly selector: string
  /** h=, lower case. */
  readonly signed: readonly string[]
  /** l=, octets of the canonical body; Infinity: all. */
  readonly bodyLimit: number
  /** i= names a domain below d=, not d= itself. */
  readonly belowDomain: boolean
}

/** What can be said of a signature whatever it is worth. */
export interface SignatureNames {
  readonly domain: string
  readonly selector: string
  readonly algorithm: string
  readonly signatureStart: string
}

export interface ReadSignature {
  readonly names: SignatureNames
  readonly read: Signature | Fault
}

/** Reads a signature's field by RFC 6376 6.1.1. `nowMs`: for x=. */
export function readSignature(field: HeaderField, kind: 'dkim' | 'arc', nowMs: number): ReadSignature {
  const tags = parseTagList(valueOf(field))
  const tag = (name: string) => tags?.get(name) ?? ''
  const domain = signingDomain(tag('d'))
  const algorithm = tag('a').toLowerCase()
  const names = {
    domain,
    selector: selectorName(tag('s')),
    algorithm: /^[a-z0-9]{1,20}-[a-z0-9]{1,20}$/.test(algorithm) ? algorithm : '',
    signatureStart: withoutFws(tag('b')).slice(0, 8),
  }
  return { names, read: tags === undefined ? syntax('it is no list of tags') : check(field, kind, tags, names, nowMs) }
}

/**
 * d= as a domain of letters, digits and hyphens, U-labels turned into A-labels (RFC 8616 5). Names that hold more could be asked for, but some
 * resolvers and readers of results end them early: `legal.example(.attack.example`.
 */
export function signingDomain(text: string): string {
  return parseDomain(octetsToText(text)) ?? ''
}

export function selectorName(text: string): string {
  return /^[a-z0-9_.-]+$/i.test(text) ? (canonicalName(text) ?? '') : ''
}

function check(field: HeaderField, kind: 'dkim' | 'arc', tags: ReadonlyMap<string, string>, names: SignatureNames, nowMs: number): Signature | Fault {
  const tag = (name: string) => tags.get(name) ?? ''
  const { domain, selector } = names
  if (kind === 'dkim' && tag('v') !== '1') return syntax('it is not of version 1')
  const missing = ['a', 'b', 'bh', 'd', 'h', 's'].find((name) => tag(name) === '')
  if (missing !== undefined) return syntax(`it has no ${missing}=`)
  // A key's owner must be a domain that can be asked for, and not a top-level domain.
  if (!domain.includes('.') || selector === '') return syntax('its domain or selector cannot be read')
  const keyType = algorithms[names.algorithm]
  if (names.algorithm === 'rsa-sha1') return { result: 'policy', reason: 'rsa-sha1 is not accepted (RFC 8301)' }
  if (keyType === undefined) return syntax('its algorithm is unknown')
  const canonicalizations = readCanonicalizations(tag('c') === '' ? 'simple' : tag('c').toLowerCase())
  if (canonicalizations === undefined) return syntax('its canonicalization is unknown')
  const signed = colonList(tag('h').toLowerCase())
  if (!signed.includes('from')) return { result: 'permerror', reason: 'From is not signed' }
  if (kind === 'arc' && signed.includes('arc-seal')) return syntax('it signs ARC-Seal')
  if (tags.has('q') && !colonList(tag('q')).includes('dns/txt')) return syntax('its key is not in the DNS')
  const identity = kind === 'dkim' ? readIdentity(tag('i'), domain) : 'same'
  if (identity === undefined) return syntax('its i= is not of its domain')
  const expired = checkTimes(tag('t'), tag('x'), nowMs)
  if (expired !== undefined) return expired
  if (tags.has('l') && !/^\d{1,76}$/.test(tag('l'))) return syntax('its l= is no number')
  const [header, body] = canonicalizations
  return {
    field,
    keyType,
    signature: Buffer.from(withoutFws(tag('b')), 'base64'),
    bodyHash: withoutFws(tag('bh')),
    header,
    body,
    domain,
    selector,
    signed,
    bodyLimit: tags.has('l') ? Number(tag('l')) : Number.POSITIVE_INFINITY,
    belowDomain: identity === 'below',
  }
}

const algorithms: Readonly<Record<string, KeyType>> = { 'rsa-sha256': 'rsa', 'ed25519-sha256': 'ed25519' }

function syntax(reason: string): Fault {
  return { result: 'neutral', reason }
}

/** `header/body`; without a body's, that is simple. */
function readCanonicalizations(text: string): [Canonicalization, Canonicalization] | undefined {
  const [header = '', body = 'simple', ...more] = text.split('/')
  return isCanonicalization(header) && isCanonicalization(body) && more.length === 0 ? [header, body] : undefined
}

function isCanonicalization(text: string): text is Canonicalization {
  return text === 'simple' || text === 'relaxed'
}

/** i= is of d= or of a domain below it (RFC 6376 3.5). */
function readIdentity(identity: string, domain: string): 'same' | 'below' | undefined {
  if (identity === '') return 'same'
  const of = canonicalName(withoutFws(identity.slice(identity.lastIndexOf('@') + 1)))
  if (of === domain) return 'same'
  return of?.endsWith(`.${domain}`) === true ? 'below' : undefined
}

function checkTimes(signedAt: string, expires: string, nowMs: number): Fault | undefined {
  if (![signedAt, expires].every((time) => time === '' || /^\d{1,12}$/.test(time))) return syntax('its t= or x= is no time')
  if (expires === '') return undefined
  if (signedAt !== '' && Number(expires) <= Number(signedAt)) return syntax('it ends before it begins')
  return Number(expires) * 1000 < nowMs ? { result: 'policy', reason: 'it has expired' } : undefined
}
