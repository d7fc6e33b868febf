import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Text } from '../base/language.ts'
import type { Database } from '../database/database.ts'
import { beginRequest, endRequest, forgetRequest } from './change/idempotency.ts'
import type { Answered } from './operate.ts'
import type { Principal } from './principal.ts'

/** A request that says by a key of its own that it is the same, however often it comes (draft-ietf-httpapi-idempotency-key-header). */
export interface Repeatable {
  readonly principal: Principal
  readonly key: string
  readonly name: string
  readonly input: unknown
}

/**
 * Does what a key asks for once, and answers the same to all who come with it within a day. Answers hold passwords that are told once: what is kept of
 * them can be read only with the key itself, of which only a hash is kept.
 */
export class Idempotency {
  readonly #database: Pick<Database, 'change'>
  readonly #clock: Clock
  /** Of this life of the process. */
  readonly #server = randomBytes(9).toString('base64url')

  constructor({ database, clock }: { readonly database: Pick<Database, 'change'>; readonly clock: Clock }) {
    this.#database = database
    this.#clock = clock
  }

  async once({ principal, key, name, input }: Repeatable, run: () => Promise<Answered>): Promise<Answered> {
    const secret = `${ownerOf(principal)}\n${key}`
    const keyHash = hashOf(`key\n${secret}`)
    const fingerprint = hashOf(`request\n${secret}\n${name}\n${JSON.stringify(input)}`)
    const begun = await this.#database.change(beginRequest, { keyHash, fingerprint, server: this.#server, nowMs: this.#clock.now() })
    switch (begun.state) {
      case 'answered':
        return JSON.parse(opened(begun.answer, secret)) as Answered
      case 'running':
        return { refused: { code: 'conflict', field: undefined, text: running } }
      case 'other':
        return { refused: { code: 'input', field: undefined, text: other } }
      case 'new': {
        const answered = await run().catch(async (error: unknown) => {
          await this.#database.change(forgetRequest, { keyHash })
          throw error
        })
        await this.#database.change(endRequest, { keyHash, answer: sealed(JSON.stringify(answered), secret) })
        return answered
      }
    }
  }
}

/** Whose keys they are: two may choose the same. What a token asks for again it has asked for itself. */
function ownerOf(principal: Principal): string {
  const { token } = principal
  return token === undefined ? holderOf(principal) : `${holderOf(principal)} token ${token.name}`
}

function holderOf(principal: Principal): string {
  switch (principal.kind) {
    case 'system':
      return 'system'
    case 'operator':
      return `operator ${principal.operatorId}`
    case 'person':
      return `person ${principal.personId}`
    case 'mailbox':
      return `mailbox ${principal.accountId}`
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

const nonceBytes = 12
const tagBytes = 16

function cipherKey(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'answer', 32))
}

function sealed(text: string, secret: string): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', cipherKey(secret), nonce)
  const octets = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), octets])
}

function opened(octets: Uint8Array, secret: string): string {
  const decipher = createDecipheriv('aes-256-gcm', cipherKey(secret), octets.subarray(0, nonceBytes))
  decipher.setAuthTag(octets.subarray(nonceBytes, nonceBytes + tagBytes))
  return Buffer.concat([decipher.update(octets.subarray(nonceBytes + tagBytes)), decipher.final()]).toString()
}

const running: Text = {
  en: 'a request with this Idempotency-Key is being done; ask again in a moment',
  de: 'eine Anfrage mit diesem Idempotency-Key läuft gerade; bitte gleich noch einmal fragen',
}
const other: Text = {
  en: 'this Idempotency-Key was sent with another request; each request has a key of its own',
  de: 'dieser Idempotency-Key gehört zu einer anderen Anfrage; jede Anfrage hat ihren eigenen',
}
