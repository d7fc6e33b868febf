import type { Recipient } from '../directory/recipient.ts'
import type { Address } from '../mail/address.ts'
import { type ListErrand, readErrandAddress } from '../delivery/list-addresses.ts'
import type { Door } from './dependencies.ts'
import { noticeSettings } from './returning.ts'

/** What somebody writes to one of a list's own addresses for (SPEC A13): nobody gets it, something is done. */
export interface Errand {
  readonly errand: ListErrand
  readonly listId: number
  readonly list: Address
  /** Which of its targets: directory/recipient.ts, `Members`. */
  readonly member: string
}

/** Undefined: it is no such address, or made up, which makes it one as any other. */
export async function listErrand(door: Door, address: Address): Promise<{ readonly errand: Errand; readonly recipient: Recipient } | undefined> {
  const read = readErrandAddress(address)
  if (read === undefined) return undefined
  const { found } = await door.directory.resolve(read.list)
  if (found?.kind !== 'list' || !door.listDesk.isGenuine(found.addressId, read)) return undefined
  const { members: _members, ...list } = found
  const settings = { ...noticeSettings, reverseLookup: found.settings.reverseLookup }
  const recipient: Recipient = { ...list, address, settings, targets: [], elsewhere: [], lists: [] }
  return { errand: { errand: read.errand, listId: list.addressId, list: list.address, member: read.member }, recipient }
}
