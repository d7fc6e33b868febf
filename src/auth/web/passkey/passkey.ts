import { createHash } from 'node:crypto'
import { isForHost, readAuthenticatorData } from './authenticator-data.ts'
import { readCbor } from './cbor.ts'
import { isSignedBy, jwkOf } from './public-key.ts'

/** Passkeys (Web Authentication, level 3): what a browser answers when it made one (7.1) or used one (7.2). Pure. */

/** The page that asked, as the browser must have seen it. */
export interface AskedBy {
  /** "https://mx.example.org". */
  readonly origin: string
  /** The host in it, which the passkey is for. */
  readonly rpId: string
  /** In base64url, as it was given out. */
  readonly challenge: string
}

/** What `credential.toJSON()` gives; all in base64url. */
export interface MadeResponse {
  readonly id: string
  readonly response: { readonly clientDataJSON: string; readonly attestationObject: string }
}

export interface UsedResponse {
  readonly id: string
  readonly response: { readonly clientDataJSON: string; readonly authenticatorData: string; readonly signature: string }
}

/** What is kept of a passkey. */
export interface Passkey {
  /** base64url. */
  readonly credentialId: string
  /** The host that it was made for. It is good nowhere else. */
  readonly rpId: string
  /** JWK. */
  readonly publicKey: string
  readonly counter: number
}

/** The challenge that the answer claims to be to; undefined: it is no answer. */
export function challengeIn(clientDataJSON: string): string | undefined {
  const challenge = clientData(clientDataJSON)?.['challenge']
  return typeof challenge === 'string' ? challenge : undefined
}

/**
 * The page that made a passkey, as the browser saw it: HTTPS, or this machine (Secure Contexts 3.1). Which host it is, the owner's own browser says, under whose
 * session it comes; the passkey is good at that host alone.
 */
export function pageIn(clientDataJSON: string): AskedBy | undefined {
  const { challenge, origin } = clientData(clientDataJSON) ?? {}
  if (typeof challenge !== 'string' || typeof origin !== 'string' || !URL.canParse(origin)) return undefined
  const { protocol, hostname } = new URL(origin)
  return protocol === 'https:' || hostname === 'localhost' ? { origin, rpId: hostname, challenge } : undefined
}

/** Undefined: not a new passkey for this page. Who made the authenticator is not asked, so what it says of itself is not looked at ("none", 8.7). */
export function acceptMade({ id, response }: MadeResponse, asked: AskedBy): Passkey | undefined {
  if (!isAnswer(response.clientDataJSON, 'webauthn.create', asked)) return undefined
  const object = readCbor(octetsOf(response.attestationObject))?.value
  const octets = object instanceof Map ? (object as ReadonlyMap<unknown, unknown>).get('authData') : undefined
  const data = octets instanceof Uint8Array ? readAuthenticatorData(octets) : undefined
  if (data?.made === undefined || !data.userPresent || !isForHost(data, asked.rpId)) return undefined
  const publicKey = jwkOf(data.made.publicKey)
  const credentialId = Buffer.from(data.made.credentialId).toString('base64url')
  return publicKey === undefined || credentialId !== id ? undefined : { credentialId, rpId: asked.rpId, publicKey, counter: data.counter }
}

/**
 * Undefined: not this passkey, not for this page, or one that was copied. Else its counter now.
 * @param mustKnowWho the authenticator must have seen who uses it: the passkey is all there is to sign in with
 */
export function acceptUsed({ response }: UsedResponse, passkey: Passkey, asked: AskedBy, mustKnowWho: boolean): number | undefined {
  if (passkey.rpId !== asked.rpId || !isAnswer(response.clientDataJSON, 'webauthn.get', asked)) return undefined
  const octets = octetsOf(response.authenticatorData)
  const data = readAuthenticatorData(octets)
  if (data === undefined || !data.userPresent || (mustKnowWho && !data.userVerified) || !isForHost(data, asked.rpId)) return undefined
  const signed = Buffer.concat([octets, createHash('sha256').update(octetsOf(response.clientDataJSON)).digest()])
  if (!isSignedBy(passkey.publicKey, signed, octetsOf(response.signature))) return undefined
  const counts = data.counter > 0 || passkey.counter > 0
  return counts && data.counter <= passkey.counter ? undefined : data.counter
}

/** 5.8.1. Another site's frame must not ask in our name. */
function isAnswer(clientDataJSON: string, type: string, { origin, challenge }: AskedBy): boolean {
  const data = clientData(clientDataJSON)
  return data !== undefined && data['type'] === type && data['challenge'] === challenge && data['origin'] === origin && data['crossOrigin'] !== true
}

function clientData(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(octetsOf(text).toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function octetsOf(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}
