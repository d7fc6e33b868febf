import { type Address, formatAddress } from '../../mail/address.ts'
import type { AutoresponderSettings } from '../autoresponder.ts'
import { planAllowsAt } from '../plan-features.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { findAddress } from './find.ts'

/** The mailbox answers from now on, in these words; whom it answered before it answers again. */
export const setAutoresponder = directoryChange(
  'autoresponder.set',
  async ({ tx, args, atMs }: Step<{ readonly address: Address; readonly settings: AutoresponderSettings }>) => {
    const mailbox = await findAddress(tx, args.address, 'mailbox')
    if (mailbox.refused !== undefined) return mailbox
    const denied = await planAllowsAt(tx, mailbox.row, 'autoresponder')
    if (denied !== undefined) return refuse(denied)
    const { account_id: accountId } = mailbox.row
    const { subject, text, html, firstDay, lastDay, zone, periodMs } = args.settings
    await tx.run('DELETE FROM autoresponder WHERE account_id = ?', accountId)
    await tx.run(
      `INSERT INTO autoresponder (account_id, is_on, subject, text, html, first_day, last_day, zone, period_ms, set_at_ms)
       VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[accountId, subject, text, html, firstDay, lastDay, zone, periodMs, atMs],
    )
    const address = formatAddress(args.address)
    // What somebody writes to others is not for the audit.
    return { done: { address }, audit: { subject: address, detail: { firstDay, lastDay, zone, periodMs } } }
  },
)

/** It answers no more; its words stay. */
export const stopAutoresponder = directoryChange('autoresponder.off', async ({ tx, args }: Step<{ readonly address: Address }>) => {
  const mailbox = await findAddress(tx, args.address, 'mailbox')
  if (mailbox.refused !== undefined) return mailbox
  await tx.run('UPDATE autoresponder SET is_on = 0 WHERE account_id = ?', mailbox.row.account_id)
  const address = formatAddress(args.address)
  return { done: { address }, audit: { subject: address } }
})
