import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Address, parseAddress } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'

const form = /^no-news\+(\d{1,15})-([0-9a-f]{24})$/

/** `no-news+12-HASH@mx.example.org`: whose mailbox gets no more news; only who was sent it knows it. */
export class OptOuts {
  readonly #secret: Uint8Array
  readonly #hostname: string

  /** @param secret of the installation */
  constructor(secret: Uint8Array, hostname: string) {
    this.#secret = secret
    this.#hostname = hostname
  }

  /** Undefined: the installation's name could not be in an address. */
  write(accountId: AccountId): Address | undefined {
    return parseAddress(`no-news+${accountId}-${this.#hash(accountId)}@${this.#hostname}`)
  }

  /** Undefined: it is no such address, or made up. */
  read({ localPart, domain }: Address): AccountId | undefined {
    const [, id, hash = ''] = form.exec(localPart) ?? []
    if (id === undefined || domain !== this.#hostname) return undefined
    const accountId = Number(id) as AccountId
    return timingSafeEqual(Buffer.from(hash), Buffer.from(this.#hash(accountId))) ? accountId : undefined
  }

  #hash(accountId: AccountId): string {
    return createHmac('sha256', this.#secret).update(`news ${accountId}`).digest('hex').slice(0, 24)
  }
}
