import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Answer } from '../dns/answer.ts'
import { parseTagList, withoutFws } from '../msgauth/tag-list.ts'
import type { KeyAlgorithm, RecordSeen } from './key-life.ts'

/** Longest string of a TXT record (RFC 1035 3.3). */
const longestString = 255

/** Where the record of a key stands (RFC 6376 3.6.2.1). */
export function recordName(selector: string, domain: string): string {
  return `${selector}._domainkey.${domain}`
}

/** RFC 6376 3.6.1, RFC 8463 4. `publicKey`: p=, base64. */
export function recordText(algorithm: KeyAlgorithm, publicKey: string): string {
  return `v=DKIM1; k=${algorithm}; p=${publicKey}`
}

/** The record's text as strings, for a zone file. */
export function recordStrings(text: string): string[] {
  return text.match(new RegExp(`.{1,${longestString}}`, 'g')) ?? []
}

/** p= of a key: SubjectPublicKeyInfo for RSA, as everybody publishes it (errata 3758); the 32 octets alone for Ed25519. */
export function publicKeyText(privateKey: KeyObject): string {
  const key = createPublicKey(privateKey)
  if (key.asymmetricKeyType === 'ed25519') return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')
  return key.export({ type: 'spki', format: 'der' }).toString('base64')
}

/** Is what is published the key's record? Two records at one name are as bad as another one: it is not said which counts (RFC 6376 3.6.2.2). */
export function recordSeen(answer: Answer<'TXT'>, algorithm: KeyAlgorithm, publicKey: string): RecordSeen {
  if (answer.status === 'failed') return 'unknown'
  if (answer.status === 'none') return 'missing'
  const [record = '', ...more] = answer.records
  const tags = parseTagList(record)
  const isOurs = withoutFws(tags?.get('p') ?? '') === publicKey && (tags?.get('k') ?? 'rsa') === algorithm
  return isOurs && more.length === 0 ? 'fine' : 'different'
}
