import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Address, formatAddress, parseAddress } from '../mail/address.ts'

/** What a list has an address of its own for, one for each member: to leave it, and for notices about what was sent to that member. */
export type ListErrand = 'unsubscribe' | 'bounces'

export interface ErrandAddress {
  /** As far as the address says; it may be none. */
  readonly list: Address
  readonly errand: ListErrand
  /** Name of one of its targets (directory/recipient.ts, `Members`). */
  readonly member: string
  readonly hash: string
}

const errandForm = /^(.{1,64})-(unsubscribe|bounces)\+([he]\d{1,15})-([a-z2-7]{16})$/is
const letters = 'abcdefghijklmnopqrstuvwxyz234567'
const hashLetters = 16

/** `team-unsubscribe+h12-HASH@a.example`: only who was sent it knows it, and it says who he is. It holds as long as he is a member. */
export class ListAddresses {
  readonly #secret: Uint8Array

  /** @param secret of the installation */
  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** Undefined: it would be longer than RFC 5321 4.5.3.1.1 permits. */
  write(list: { readonly addressId: number; readonly address: Address }, errand: ListErrand, member: string): Address | undefined {
    const { localPart, domain } = list.address
    return parseAddress(formatAddress({ localPart: `${localPart}-${errand}+${member}-${this.#hash(list.addressId, errand, member)}`, domain }))
  }

  /** Is it really the one of that list? */
  isGenuine(listId: number, { errand, member, hash }: ErrandAddress): boolean {
    return timingSafeEqual(Buffer.from(hash), Buffer.from(this.#hash(listId, errand, member)))
  }

  #hash(listId: number, errand: ListErrand, member: string): string {
    const octets = createHmac('sha256', this.#secret).update(`${errand} ${listId} ${member}`).digest()
    return Array.from({ length: hashLetters }, (_, at) => letters[(octets[at] ?? 0) & 31]).join('')
  }
}

/** Undefined: it does not look like one. */
export function readErrandAddress({ localPart, domain }: Address): ErrandAddress | undefined {
  const [, list, errand, member = '', hash = ''] = errandForm.exec(localPart) ?? []
  if (list === undefined) return undefined
  const kind = errand?.toLowerCase() === 'bounces' ? 'bounces' : 'unsubscribe'
  return { list: { localPart: list, domain }, errand: kind, member: member.toLowerCase(), hash: hash.toLowerCase() }
}
