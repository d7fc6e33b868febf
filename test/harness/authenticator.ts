import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { AskedBy, MadeResponse, UsedResponse } from '../../src/auth/web/passkey/passkey.ts'

/** What a test can make it get wrong. */
export interface Wrong {
  readonly type?: string
  readonly origin?: string
  readonly challenge?: string
  readonly rpId?: string
  readonly crossOrigin?: boolean
  /** Default: present and verified, 0x05. */
  readonly flags?: number
  readonly counter?: number
}

/** A security key with a passkey in it (Web Authentication), and the browser it is plugged into. */
export class Authenticator {
  readonly #key: KeyObject
  readonly #cose: Buffer
  readonly #id = randomBytes(32)
  counter = 0

  constructor(algorithm: 'ES256' | 'EdDSA' | 'RS256' = 'ES256', rsaBits = 2048) {
    const pair =
      algorithm === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : algorithm === 'EdDSA'
          ? generateKeyPairSync('ed25519')
          : generateKeyPairSync('rsa', { modulusLength: rsaBits })
    this.#key = pair.privateKey
    this.#cose = coseOf(pair.publicKey)
  }

  get id(): string {
    return this.#id.toString('base64url')
  }

  make(asked: AskedBy, wrong: Wrong = {}): MadeResponse {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.#id.length)
    const made = Buffer.concat([Buffer.alloc(16), length, this.#id, this.#cose])
    const authData = Buffer.concat([this.#head(asked, { flags: 0x45, ...wrong }), made])
    const object = cborMap([
      [cborText('fmt'), cborText('none')],
      [cborText('attStmt'), cborMap([])],
      [cborText('authData'), cborBytes(authData)],
    ])
    const response = { clientDataJSON: clientData('webauthn.create', asked, wrong), attestationObject: object.toString('base64url') }
    return { id: this.id, response }
  }

  use(asked: AskedBy, wrong: Wrong = {}): UsedResponse {
    this.counter += 1
    const authenticatorData = this.#head(asked, wrong)
    const clientDataJSON = clientData('webauthn.get', asked, wrong)
    const signed = Buffer.concat([authenticatorData, createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest()])
    const signature = sign(this.#key.asymmetricKeyType === 'ed25519' ? null : 'sha256', signed, this.#key)
    return {
      id: this.id,
      response: { clientDataJSON, authenticatorData: authenticatorData.toString('base64url'), signature: signature.toString('base64url') },
    }
  }

  #head({ rpId }: AskedBy, wrong: Wrong): Buffer {
    const rest = Buffer.alloc(5)
    rest.writeUInt8(wrong.flags ?? 0x05)
    rest.writeUInt32BE(wrong.counter ?? this.counter, 1)
    return Buffer.concat([
      createHash('sha256')
        .update(wrong.rpId ?? rpId)
        .digest(),
      rest,
    ])
  }
}

function clientData(type: string, { challenge, origin }: AskedBy, wrong: Wrong): string {
  const data = { type, challenge, origin, crossOrigin: false, ...wrong }
  return Buffer.from(JSON.stringify(data)).toString('base64url')
}

function coseOf(key: KeyObject): Buffer {
  const { kty, x = '', y = '', n = '', e = '' } = key.export({ format: 'jwk' })
  const octets = (text: string) => cborBytes(Buffer.from(text, 'base64url'))
  const label = (number: number) => cborHead(number < 0 ? 1 : 0, number < 0 ? -1 - number : number)
  const entries: readonly (readonly [number, Buffer])[] =
    kty === 'EC'
      ? [
          [1, label(2)],
          [3, label(-7)],
          [-1, label(1)],
          [-2, octets(x)],
          [-3, octets(y)],
        ]
      : kty === 'OKP'
        ? [
            [1, label(1)],
            [3, label(-8)],
            [-1, label(6)],
            [-2, octets(x)],
          ]
        : [
            [1, label(3)],
            [3, label(-257)],
            [-1, octets(n)],
            [-2, octets(e)],
          ]
  return cborMap(entries.map(([number, value]) => [label(number), value]))
}

function cborHead(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument])
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument])
  return Buffer.from([(major << 5) | 25, argument >> 8, argument & 255])
}

function cborBytes(octets: Uint8Array): Buffer {
  return Buffer.concat([cborHead(2, octets.length), octets])
}

function cborText(text: string): Buffer {
  return Buffer.concat([cborHead(3, Buffer.byteLength(text)), Buffer.from(text)])
}

function cborMap(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([cborHead(5, entries.length), ...entries.flat()])
}
