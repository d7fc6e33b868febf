import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../database/database.ts'
import { type ErrandAddress, type ListAddresses, readErrandAddress } from '../delivery/list-addresses.ts'
import { leaveList, noteListBounce } from '../directory/change/list-members.ts'
import type { Directory } from '../directory/directory.ts'
import { type Address, formatAddress } from '../mail/address.ts'
import type { ListDesk } from '../policy/dependencies.ts'

/** A member whom mail did not reach on so many days, none more than 30 apart, is taken off the list. */
const bouncesBeforeLeaving = 5
const dayMs = 86_400_000

export interface ListDeskParts {
  readonly directory: Directory
  readonly database: Pick<Database, 'change'>
  readonly addresses: ListAddresses
  readonly clock: Clock
  readonly log: Log
  /** Tells who looks after the list. Must not reject. */
  readonly tellOfLeaving: (list: Address, member: string, days: number) => Promise<void>
}

export class DirectoryListDesk implements ListDesk {
  readonly #parts: ListDeskParts

  constructor(parts: ListDeskParts) {
    this.#parts = parts
  }

  isGenuine(listId: number, address: ErrandAddress): boolean {
    return this.#parts.addresses.isGenuine(listId, address)
  }

  /** By the address that he was sent for that; false: it is made up, or of no list. */
  async leaveBy(address: Address): Promise<boolean> {
    const read = readErrandAddress(address)
    if (read?.errand !== 'unsubscribe') return false
    const list = (await this.#parts.directory.resolve(read.list)).found
    // A list that everybody has left is not found any more.
    if (list?.kind !== 'list' || !this.isGenuine(list.addressId, read)) return false
    await this.leave(list.address, read.member)
    return true
  }

  /** Who has left already has what he wanted. */
  async leave(list: Address, member: string): Promise<void> {
    await this.#parts.directory.change(leaveList, 'member', { list, member, why: 'unsubscribed' })
  }

  async bounced({ addressId, address }: { readonly addressId: number; readonly address: Address }, member: string): Promise<void> {
    const { database, directory, clock, log, tellOfLeaving } = this.#parts
    const day = Math.floor(clock.now() / dayMs)
    const days = await database.change(noteListBounce, { listId: addressId, member, day })
    if (days < bouncesBeforeLeaving) return
    const { done } = await directory.change(leaveList, 'bounces', { list: address, member, why: 'bounces' })
    if (done === undefined) return
    log.warn('member taken off a list that does not reach him', { list: formatAddress(address), member: done.member })
    await tellOfLeaving(address, done.member, days)
  }
}
