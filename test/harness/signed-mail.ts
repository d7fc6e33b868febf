import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { dkimSign, sealMessage } from 'mailauth'
import { BodyHasher } from '../../src/msgauth/dkim/body-hash.ts'
import { type Canonicalization, canonicalField, canonicalSignature, signedFields } from '../../src/msgauth/dkim/canonical-header.ts'
import { headerFields } from '../../src/msgauth/header-fields.ts'
import type { Zone } from './name-server.ts'

/** A key with the zone that publishes it. */
export interface SigningKey {
  readonly domain: string
  readonly selector: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export function makeKey(domain: string, selector: string, type: 'rsa' | 'ed25519' = 'rsa', bits = 2048): SigningKey {
  const pair = type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: bits }) : generateKeyPairSync('ed25519')
  return { domain, selector, ...pair }
}

/** p= of a key record. */
export function publicKeyText({ publicKey }: SigningKey): string {
  if (publicKey.asymmetricKeyType === 'ed25519') return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
}

export function keyZone(...keys: readonly SigningKey[]): Zone {
  const entries = keys.map((key) => {
    const text = `v=DKIM1; k=${key.publicKey.asymmetricKeyType}; p=${publicKeyText(key)}`
    return [`${key.selector}._domainkey.${key.domain}`, { TXT: [text.match(/.{1,250}/g) ?? []] }] as const
  })
  return Object.fromEntries(entries)
}

/** Signed by another's code (mailauth), so that our verifier is not held against itself. */
export async function signByOthers(
  message: string,
  key: SigningKey,
  options: { canonicalization?: string; maxBodyLength?: number; headerList?: string } = {},
): Promise<string> {
  const { canonicalization = 'relaxed/relaxed', maxBodyLength, headerList } = options
  const { signatures, errors } = await dkimSign(Buffer.from(message, 'latin1'), {
    signingDomain: key.domain,
    selector: key.selector,
    privateKey: '',
    canonicalization,
    ...(headerList !== undefined && { headerList }),
    signatureData: [
      {
        signingDomain: key.domain,
        selector: key.selector,
        privateKey: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        canonicalization,
        ...(maxBodyLength !== undefined && { maxBodyLength }),
      },
    ],
  })
  if (errors !== undefined && errors !== null && errors.length > 0) throw new Error(`could not sign: ${String(errors[0]?.err)}`)
  return signatures + message
}

/**
 * Signed with whatever tags a test wants, valid or not; `undefined` leaves a tag out. Made with our own canonicalization, which the tests with
 * others' signatures vouch for.
 */
export function signWithTags(message: string, key: SigningKey, tags: Readonly<Record<string, string | undefined>> = {}): string {
  const octets = Buffer.from(message, 'latin1')
  const bodyStart = octets.indexOf('\r\n\r\n') + 4
  const type = key.privateKey.asymmetricKeyType === 'ed25519' ? 'ed25519' : 'rsa'
  const all = { v: '1', a: `${type}-sha256`, c: 'relaxed/relaxed', d: key.domain, s: key.selector, h: 'from:to:subject:date', bh: '', ...tags, b: '' }
  const [header = 'simple', body = 'simple'] = (all.c ?? 'simple/simple').split('/') as Canonicalization[]
  const hasher = new BodyHasher(body)
  const limit = tags['l'] === undefined ? Number.POSITIVE_INFINITY : Number(tags['l'])
  hasher.want(limit)
  hasher.update(octets.subarray(bodyStart))
  if (tags['bh'] === undefined) all.bh = hasher.finish().get(limit)?.base64 ?? ''
  const written = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
  const [field] = headerFields(Buffer.from(`DKIM-Signature: ${written.join('; ')}\r\n\r\n`, 'latin1'))
  if (field === undefined) throw new Error('no field')
  const signed = signedFields(
    headerFields(octets),
    (all.h ?? '').split(':').map((name) => name.trim().toLowerCase()),
  )
  const hashed = Buffer.from(signed.map((one) => canonicalField(one, header)).join('') + canonicalSignature(field, header), 'latin1')
  const digest = (all.a ?? '').endsWith('sha1') ? 'sha1' : 'sha256'
  const signature = type === 'rsa' ? sign(digest, hashed, key.privateKey) : sign(null, createHash('sha256').update(hashed).digest(), key.privateKey)
  return `DKIM-Signature: ${written.join('; ')}${signature.toString('base64')}\r\n${message}`
}

/** With one ARC set more (RFC 8617 5.1), made by another's code. `results`: what the sealer found, without its number. */
export async function sealByOthers(message: string, key: SigningKey, set: { readonly instance: number; readonly results: string }): Promise<string> {
  const fields = await sealMessage(Buffer.from(message, 'latin1'), {
    signingDomain: key.domain,
    selector: key.selector,
    privateKey: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    authResults: set.results,
    cv: set.instance === 1 ? 'none' : 'pass',
    i: set.instance,
  })
  return fields.toString('latin1') + message
}
