import { createHash } from 'node:crypto'
import { type Cbor, readCbor } from './cbor.ts'

/** What an authenticator says (Web Authentication 6.1). */
export interface AuthenticatorData {
  /** SHA-256 of the host that the passkey is for. */
  readonly rpIdHash: Uint8Array
  /** Somebody touched it. */
  readonly userPresent: boolean
  /** It knows who: by PIN, finger or face. */
  readonly userVerified: boolean
  /** 0: it does not count. */
  readonly counter: number
  /** With a new passkey (6.5.2). */
  readonly made: { readonly credentialId: Uint8Array; readonly publicKey: Cbor } | undefined
}

/** 7.1: longer is no passkey. */
const longestCredentialId = 1023

export function readAuthenticatorData(octets: Uint8Array): AuthenticatorData | undefined {
  if (octets.length < 37) return undefined
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  const flags = view.getUint8(32)
  const made = (flags & 0x40) === 0 ? undefined : readMade(octets, view)
  if ((flags & 0x40) !== 0 && made === undefined) return undefined
  return {
    rpIdHash: octets.subarray(0, 32),
    userPresent: (flags & 0x01) !== 0,
    userVerified: (flags & 0x04) !== 0,
    counter: view.getUint32(33),
    made,
  }
}

export function isForHost(data: AuthenticatorData, rpId: string): boolean {
  return createHash('sha256').update(rpId).digest().equals(data.rpIdHash)
}

/** Behind the counter: AAGUID (16 octets), length, id, key in COSE. */
function readMade(octets: Uint8Array, view: DataView): AuthenticatorData['made'] {
  if (octets.length < 55) return undefined
  const length = view.getUint16(53)
  if (length === 0 || length > longestCredentialId || octets.length < 55 + length) return undefined
  const key = readCbor(octets.subarray(55 + length))
  return key && { credentialId: octets.subarray(55, 55 + length), publicKey: key.value }
}
