import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

/** The client's side of SCRAM-SHA-256 (RFC 5802), for tests: it can be told to do wrong. */
export class ScramClient {
  readonly #username: string
  readonly #password: string
  readonly #gs2Header: string
  readonly #bindingData: Uint8Array
  readonly #nonce: string
  #serverSignature = ''

  /** `header`: "n,,", "y,," or "p=tls-exporter,,", with what it is bound to. */
  constructor(username: string, password: string, options: { header?: string; binding?: Uint8Array; nonce?: string } = {}) {
    this.#username = username
    this.#password = password
    this.#gs2Header = options.header ?? 'n,,'
    this.#bindingData = options.binding ?? new Uint8Array()
    this.#nonce = options.nonce ?? randomBytes(18).toString('base64')
  }

  get #bare(): string {
    return `n=${this.#username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${this.#nonce}`
  }

  first(): Buffer {
    return Buffer.from(this.#gs2Header + this.#bare)
  }

  /** `nonce`: another than the server's. */
  final(serverFirst: string, nonce?: string): Buffer {
    const [, theirs = '', salt = '', iterations = ''] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(serverFirst) ?? []
    const bound = Buffer.concat([Buffer.from(this.#gs2Header), this.#bindingData]).toString('base64')
    const withoutProof = `c=${bound},r=${nonce ?? theirs}`
    const authMessage = `${this.#bare},${serverFirst},${withoutProof}`
    const salted = pbkdf2Sync(this.#password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256')
    const clientKey = createHmac('sha256', salted).update('Client Key').digest()
    const signature = createHmac('sha256', createHash('sha256').update(clientKey).digest()).update(authMessage).digest()
    const serverKey = createHmac('sha256', salted).update('Server Key').digest()
    this.#serverSignature = createHmac('sha256', serverKey).update(authMessage).digest('base64')
    return Buffer.from(`${withoutProof},p=${Buffer.from(clientKey.map((octet, index) => octet ^ (signature[index] ?? 0))).toString('base64')}`)
  }

  /** Is this the server's proof that it knows the keys? */
  trusts(serverFinal: string): boolean {
    return serverFinal === `v=${this.#serverSignature}`
  }
}
