import { type Address, formatAddress } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'
import { directoryChange, type Step } from './change.ts'
import { findAddress, findNamed } from './find.ts'

/** SPEC E6: the mailbox may not send until the reason is taken away (null). It is signed in to and takes mail as before. */
export const lockSending = directoryChange('sending.lock', async ({ tx, args }: Step<{ readonly address: Address; readonly reason: string | null }>) => {
  const mailbox = await findAddress(tx, args.address, 'mailbox')
  if (mailbox.refused !== undefined) return mailbox
  await tx.run('UPDATE account SET sending_locked_reason = ? WHERE account_id = ?', args.reason, mailbox.row.account_id)
  const address = formatAddress(args.address)
  return { done: { address, accountId: mailbox.row.account_id as AccountId }, audit: { subject: address, detail: { reason: args.reason } } }
})

/** The same for all mailboxes of a customer. A mailbox's own lock stays when its customer's goes. */
export const lockSendingOfCustomer = directoryChange(
  'sending.lock-customer',
  async ({ tx, args }: Step<{ readonly customer: string; readonly reason: string | null }>) => {
    const customer = await findNamed<{ customer_id: number; name: string }>(tx, 'customer', args.customer)
    if (customer.refused !== undefined) return customer
    const { customer_id: customerId, name } = customer.row
    await tx.run('UPDATE customer SET sending_locked_reason = ? WHERE customer_id = ?', args.reason, customerId)
    return { done: { name, customerId }, audit: { subject: name, detail: { reason: args.reason }, customerId } }
  },
)
