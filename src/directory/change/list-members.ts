import type { Change } from '../../database/database.ts'
import { type Address, formatAddress } from '../../mail/address.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { type AddressRow, findAddress, rowAddress } from './find.ts'

/** One of a list's targets, by its name (recipient.ts, `Members`). */
interface Member {
  readonly list: Address
  readonly member: string
}

/** It is on the list no more, by its own wish or since nothing reaches it; the last one, too. */
export const leaveList = directoryChange('list.leave', async ({ tx, args }: Step<Member & { readonly why: 'unsubscribed' | 'bounces' }>) => {
  const list = await findAddress(tx, args.list, 'list')
  if (list.refused !== undefined) return list
  const { address_id: listId } = list.row
  const id = Number(args.member.slice(1))
  const isHere = args.member.startsWith('h')
  const row = await tx.get<Pick<AddressRow, 'key' | 'local_part'>>(
    isHere
      ? 'SELECT key, local_part FROM address_target JOIN address ON address.address_id = target_id WHERE address_target.address_id = ? AND target_id = ?'
      : 'SELECT key, local_part FROM remote_target WHERE address_id = ? AND remote_id = ?',
    listId,
    id,
  )
  const name = formatAddress(args.list)
  if (row === undefined) return refuse({ code: 'unknown', thing: 'address', name: `${name} ${args.member}`, near: undefined })
  if (isHere) await tx.run('DELETE FROM address_target WHERE address_id = ? AND target_id = ?', listId, id)
  else await tx.run('DELETE FROM remote_target WHERE address_id = ? AND remote_id = ?', listId, id)
  await tx.run('DELETE FROM list_bounce WHERE address_id = ? AND member = ?', listId, args.member)
  const member = formatAddress(rowAddress(row))
  return { done: { list: name, member }, audit: { subject: name, detail: { left: member, why: args.why } } }
})

/** Bounces of other days are forgotten where so many days were between two. */
const forgottenAfterDays = 30

/** Something did not reach a member on this day. Resolves to the number of days on which that was so. `day`: since 1970. */
export const noteListBounce: Change<{ readonly listId: number; readonly member: string; readonly day: number }, number> = {
  name: 'directory.list-bounce',
  durable: true,
  async run(tx, { listId, member, day }) {
    const row = await tx.get<{ days: number; last_day: number }>('SELECT days, last_day FROM list_bounce WHERE address_id = ? AND member = ?', listId, member)
    if (row?.last_day === day) return row.days
    const days = row === undefined || day - row.last_day > forgottenAfterDays ? 1 : row.days + 1
    await tx.run(
      'INSERT INTO list_bounce (address_id, member, days, last_day) VALUES (?, ?, ?, ?) ON CONFLICT (address_id, member) DO UPDATE SET days = excluded.days, last_day = excluded.last_day',
      listId,
      member,
      days,
      day,
    )
    return days
  },
}
