import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../database/database.ts'
import { arcSet } from '../msgauth/arc/seal.ts'
import type { SenderAuthentication } from '../msgauth/authentication.ts'
import type { MessageToSign } from '../msgauth/dkim/message-to-sign.ts'
import { type DkimKey, dkimSignatures } from '../msgauth/dkim/sign.ts'
import type { KeyVault } from './key-vault.ts'
import { keyPlace } from './make-keys.ts'
import { type SealedKey, signingKeys } from './rows.ts'

/**
 * Signs what goes out. `message`: the whole of it as it leaves, with all fields of ours that are to be covered and without Return-Path. Each gives header
 * fields to put above it, with their CRLF: '' where neither the domain nor the installation has a key in the DNS. Rejects where the keys cannot be read,
 * which is a temporary failure.
 */
export interface Signing {
  /** false: `sign` has nothing to sign with, and the message need not be read. */
  signs(domain: string): Promise<boolean>
  /** `domain`: of the author (A-labels); the server's own host name for what it says itself. */
  sign(message: MessageToSign, domain: string): Promise<string>
  /** For what came from outside and is handed on. */
  seal(message: MessageToSign, handing: Handing): Promise<string>
}

export interface Handing {
  /** Of the forwarding address, A-labels. */
  readonly domain: string
  /** What was found when it came in; undefined: nobody looked, and it is not sealed. */
  readonly found: SenderAuthentication | undefined
  /** The author is now an address of `domain`, or fields were changed that its author had signed: it is signed by DKIM, too. */
  readonly signs: boolean
}

export interface SignerOptions {
  readonly database: Pick<Database, 'query'>
  readonly vault: KeyVault
  /** Ours, as in Authentication-Results. */
  readonly hostname: string
  readonly clock: Clock
  readonly log: Log
}

/** Keys of so many domains stay open; about 5 kB each. */
const maxDomains = 5000
/** How long a change of a domain's keys may take to be in force everywhere. Old keys can still be verified for weeks. */
const keptMs = 60_000

export class Signer implements Signing {
  readonly #options: SignerOptions
  readonly #keys = new LRUCache<string, Promise<readonly DkimKey[]>>({ max: maxDomains, ttl: keptMs })

  constructor(options: SignerOptions) {
    this.#options = options
  }

  async signs(domain: string): Promise<boolean> {
    return (await this.#keysOf(domain)).length > 0
  }

  async sign(message: MessageToSign, domain: string): Promise<string> {
    return dkimSignatures(message, await this.#keysOf(domain), this.#options.clock.now())
  }

  async seal(message: MessageToSign, { domain, found, signs }: Handing): Promise<string> {
    const { hostname, clock } = this.#options
    const keys = await this.#keysOf(domain)
    const [key] = keys
    if (key === undefined || (found === undefined && !signs)) return ''
    const signatures = signs ? await dkimSignatures(message, keys, clock.now()) : ''
    if (found === undefined) return signatures
    return (await arcSet(message.under(signatures), { key, authservId: hostname, found, nowMs: clock.now() })) + signatures
  }

  #keysOf(domain: string): Promise<readonly DkimKey[]> {
    const known = this.#keys.get(domain)
    if (known !== undefined) return known
    const keys = this.#open(domain)
    this.#keys.set(domain, keys)
    keys.catch(() => this.#keys.delete(domain))
    return keys
  }

  async #open(domain: string): Promise<readonly DkimKey[]> {
    const { database, hostname } = this.#options
    const sealed = await database.query(signingKeys, { hostname, domain })
    return (await Promise.all(sealed.map((key) => this.#openOne(key)))).filter((key) => key !== undefined)
  }

  /** Mail goes out unsigned rather than not at all where the installation's key is not the one with which this was sealed. */
  async #openOne(sealed: SealedKey): Promise<DkimKey | undefined> {
    const { vault, log } = this.#options
    const { domain, selector, privateKey } = sealed
    try {
      return { domain, selector, privateKey: await vault.open(privateKey, keyPlace(sealed)) }
    } catch (err) {
      log.error('DKIM key cannot be opened', { domain, selector, err })
      return undefined
    }
  }
}
