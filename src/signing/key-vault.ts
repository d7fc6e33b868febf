import { createCipheriv, createDecipheriv, createPrivateKey, type KeyObject, randomBytes } from 'node:crypto'

const nonceLength = 12
const tagLength = 16
const cipher = 'aes-256-gcm'

/** Seals private keys and other secrets with the installation's key: who has the database alone, or a copy of it, cannot sign. */
export class KeyVault {
  readonly #installationKey: () => Promise<Uint8Array>

  /** @param installationKey 32 octets, read or made when they are needed first */
  constructor(installationKey: () => Promise<Uint8Array>) {
    this.#installationKey = installationKey
  }

  /** `place`: whose key it is; it opens there only. */
  seal(key: KeyObject, place: string): Promise<string> {
    return this.sealOctets(key.export({ type: 'pkcs8', format: 'der' }), place)
  }

  /** Rejects where it was sealed with another key, or for another place. */
  async open(sealed: string, place: string): Promise<KeyObject> {
    return createPrivateKey({ key: await this.openOctets(sealed, place), format: 'der', type: 'pkcs8' })
  }

  /** As `seal`. */
  async sealOctets(secret: Uint8Array, place: string): Promise<string> {
    const nonce = randomBytes(nonceLength)
    const sealing = createCipheriv(cipher, await this.#installationKey(), nonce).setAAD(Buffer.from(place))
    const octets = Buffer.concat([sealing.update(secret), sealing.final()])
    return Buffer.concat([nonce, sealing.getAuthTag(), octets]).toString('base64')
  }

  /** As `open`. */
  async openOctets(sealed: string, place: string): Promise<Buffer> {
    const octets = Buffer.from(sealed, 'base64')
    const opening = createDecipheriv(cipher, await this.#installationKey(), octets.subarray(0, nonceLength))
      .setAAD(Buffer.from(place))
      .setAuthTag(octets.subarray(nonceLength, nonceLength + tagLength))
    return Buffer.concat([opening.update(octets.subarray(nonceLength + tagLength)), opening.final()])
  }
}
