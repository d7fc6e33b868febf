import { type Address, addressKey, formatAddress } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'
import type { AddressKind } from '../recipient.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { insertCredentials, type NewCredential, removeCredentials } from './credentials.ts'
import { forgetEdits } from './edit.ts'
import { type AddressRow, customerOf, findAddress, findDomain, rowAddress } from './find.ts'
import { freeAddress, insertAddress } from './new-address.ts'
import { forgetLocks } from './locks.ts'
import { planRoom } from './plan-room.ts'
import { revoke } from './revocation.ts'

interface NewMailbox {
  readonly address: Address
  /** null: the plan's; 0: without a limit. */
  readonly quotaBytes: number | null
  readonly credentials: readonly NewCredential[]
}

/** An account with its address. The folders are the store's, made by whoever asks for this. */
export const addMailbox = directoryChange('mailbox.add', async (step: Step<NewMailbox>) => {
  const { tx, args, atMs } = step
  const domain = await freeAddress(step, args.address)
  if (domain.refused !== undefined) return domain
  const full = await planRoom(tx, domain.row.customer_id, 'mailboxes')
  if (full !== undefined) return refuse(full)
  const accountId = (await step.nextId('account')) as AccountId
  await tx.run(
    'INSERT INTO account (account_id, customer_id, quota_bytes, locked_reason, removing, created_at_ms) VALUES (?, ?, ?, NULL, 0, ?)',
    accountId,
    domain.row.customer_id,
    args.quotaBytes,
    atMs,
  )
  const addressId = await insertAddress(step, args.address, domain.row.domain_id, 'mailbox', accountId)
  await insertCredentials(step, 'account', accountId, args.credentials)
  const address = formatAddress(args.address)
  return { done: { addressId, accountId, address }, audit: { subject: address, detail: { accountId, quotaBytes: args.quotaBytes } } }
})

/**
 * The address changes, everything else stays: account, mail, passwords, settings, and the forwards and lists that reach it
 * (SPEC C7). Whoever adds the old address again starts empty.
 */
export const renameMailbox = directoryChange('mailbox.rename', async (step: Step<{ readonly from: Address; readonly to: Address }>) => {
  const { tx, args } = step
  const mailbox = await findAddress(tx, args.from, 'mailbox')
  if (mailbox.refused !== undefined) return mailbox
  // Only the case of the local part may differ: then it is its own address that is in the way.
  const same = addressKey(args.from) === addressKey(args.to)
  const domain = same ? await findDomain(tx, args.to.domain) : await freeAddress(step, args.to)
  if (domain.refused !== undefined) return domain
  const owner = await tx.get<{ customer_id: number }>('SELECT customer_id FROM account WHERE account_id = ?', mailbox.row.account_id)
  if (owner?.customer_id !== domain.row.customer_id) return refuse({ code: 'unknown', thing: 'domain', name: args.to.domain, near: undefined })
  const { address_id: addressId } = mailbox.row
  await tx.run(
    'UPDATE address SET domain_id = ?, key = ?, local_part = ? WHERE address_id = ?',
    domain.row.domain_id,
    addressKey(args.to),
    args.to.localPart,
    addressId,
  )
  await tx.run(
    'UPDATE person SET name = ? WHERE account_id = ? AND NOT EXISTS (SELECT 1 FROM person p WHERE p.name = ? AND p.customer_id = person.customer_id)',
    addressKey(args.to),
    mailbox.row.account_id,
    addressKey(args.to),
  )
  const names = { from: formatAddress(args.from), to: formatAddress(args.to) }
  return { done: { ...names, accountId: mailbox.row.account_id as AccountId }, audit: { subject: names.from, detail: { to: names.to } } }
})

export const setQuota = directoryChange('mailbox.quota', async ({ tx, args }: Step<{ readonly address: Address; readonly quotaBytes: number | null }>) => {
  const mailbox = await findAddress(tx, args.address, 'mailbox')
  if (mailbox.refused !== undefined) return mailbox
  const was = await tx.get<{ quota_bytes: number | null }>('SELECT quota_bytes FROM account WHERE account_id = ?', mailbox.row.account_id)
  await tx.run('UPDATE account SET quota_bytes = ? WHERE account_id = ?', args.quotaBytes, mailbox.row.account_id)
  const address = formatAddress(args.address)
  return {
    done: { address, quotaBytes: args.quotaBytes },
    audit: { subject: address, detail: { quotaBytes: args.quotaBytes, was: { quotaBytes: was?.quota_bytes ?? null } } },
  }
})

/**
 * Removes an address of any kind. Refused while others of its customer point at it; other customers neither hinder it nor are told. A mailbox's account stays, marked, until its mail is gone from
 * the store as well (`forgetAccount`): a crash between the two leaves a mark, not mail that nobody owns.
 */
export const removeAddress = directoryChange('address.remove', async (step: Step<{ readonly address: Address; readonly kind: AddressKind }>) => {
  const { tx, args } = step
  const found = await findAddress(tx, args.address, args.kind)
  if (found.refused !== undefined) return found
  const name = formatAddress(args.address)
  const { address_id: addressId, account_id: accountId } = found.row
  const pointers = await tx.all<Pick<AddressRow, 'address_id' | 'key' | 'local_part'> & { customer_id: number }>(
    `SELECT address.address_id, key, local_part, domain.customer_id FROM address_target JOIN address ON address.address_id = address_target.address_id
     JOIN domain ON domain.domain_id = address.domain_id WHERE target_id = ? ORDER BY key`,
    addressId,
  )
  const customerId = await customerOf(tx, found.row)
  const by = pointers.filter((pointer) => pointer.customer_id === customerId).slice(0, 10)
  if (by.length > 0) return refuse({ code: 'in-use', thing: args.kind, name, by: by.map((row) => formatAddress(rowAddress(row))) })
  for (const pointer of pointers) await pointElsewhere(step, pointer.address_id, addressId, args.address)
  await tx.run('DELETE FROM address_target WHERE address_id = ?', addressId)
  await tx.run('DELETE FROM remote_target WHERE address_id = ?', addressId)
  await tx.run('DELETE FROM list_bounce WHERE address_id = ?', addressId)
  await tx.run('DELETE FROM list_entry WHERE address_id = ?', addressId)
  await tx.run("DELETE FROM own_setting WHERE scope = 'address' AND owner_id = ?", addressId)
  await forgetEdits(tx, 'address', addressId)
  await tx.run('UPDATE operator SET address_id = NULL WHERE address_id = ?', addressId)
  await tx.run('DELETE FROM address WHERE address_id = ?', addressId)
  if (accountId !== null) {
    await removeCredentials(step, 'account', accountId)
    await tx.run('DELETE FROM autoresponder WHERE account_id = ?', accountId)
    await forgetLocks(step, 'account', accountId)
    await tx.run('UPDATE person SET account_id = NULL WHERE account_id = ?', accountId)
    await tx.run('UPDATE account SET removing = 1 WHERE account_id = ?', accountId)
    await revoke(step, accountId)
  }
  return { done: { address: name, accountId: accountId as AccountId | null }, audit: { subject: name, detail: { kind: args.kind, accountId } } }
})

/** What pointed at an address of ours goes on to it by name, as to any other server's: who gets no mail there hears of it by the refusal. */
async function pointElsewhere(step: Step<unknown>, pointerId: number, targetId: number, target: Address): Promise<void> {
  const { tx } = step
  await tx.run('DELETE FROM address_target WHERE address_id = ? AND target_id = ?', pointerId, targetId)
  const remoteId = await step.nextId('remote-target')
  await tx.run(
    'INSERT INTO remote_target (remote_id, address_id, key, local_part) VALUES (?, ?, ?, ?)',
    remoteId,
    pointerId,
    addressKey(target),
    target.localPart,
  )
}

/** The store has nothing of the account any more. */
export const forgetAccount = directoryChange('account.forget', async ({ tx, args }: Step<{ readonly accountId: AccountId }>) => {
  const rows = await tx.run('DELETE FROM account WHERE account_id = ? AND removing = 1', args.accountId)
  return { done: { forgotten: rows > 0 }, audit: { subject: `account ${args.accountId}` } }
})
