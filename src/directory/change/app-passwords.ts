import { nearest } from '../../base/nearest.ts'
import type { Change } from '../../database/database.ts'
import { type Address, formatAddress } from '../../mail/address.ts'
import { planAllowsAt } from '../plan-features.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import type { AccessProtocol } from './credentials.ts'
import { findAddress } from './find.ts'
import { revoke } from './revocation.ts'

/** Of one mailbox: each is compared at every sign-in. */
const maxAppPasswords = 50

interface NewAppPassword {
  readonly address: Address
  /** What people call it: the device or program that has it. Once in a mailbox, in any case. */
  readonly name: string
  readonly protocols: readonly AccessProtocol[]
  /** What `auth/app-password.ts` makes of the secret. */
  readonly value: string
}

/** A password for one program, which opens the mailbox by these protocols only. */
export const addAppPassword = directoryChange('app-password.add', async (step: Step<NewAppPassword>) => {
  const { tx, args, atMs } = step
  const mailbox = await findAddress(tx, args.address, 'mailbox')
  if (mailbox.refused !== undefined) return mailbox
  const denied = await planAllowsAt(tx, mailbox.row, 'app-passwords')
  if (denied !== undefined) return refuse(denied)
  const accountId = mailbox.row.account_id ?? 0
  const rows = await appPasswords(step, accountId)
  if (rows.some((row) => same(row.name, args.name))) return refuse({ code: 'exists', thing: 'app-password', name: args.name })
  if (rows.length >= maxAppPasswords) return refuse({ code: 'too-many', of: 'app-passwords', limit: maxAppPasswords, plan: undefined })
  const credentialId = await step.nextId('credential')
  await tx.run(
    "INSERT INTO credential (credential_id, owner, owner_id, kind, value, created_at_ms, name, protocols) VALUES (?, 'account', ?, 'app-password', ?, ?, ?, ?)",
    credentialId,
    accountId,
    args.value,
    atMs,
    args.name,
    args.protocols.join(' '),
  )
  const address = formatAddress(args.address)
  return { done: { address }, audit: { subject: address, detail: { name: args.name, protocols: args.protocols } } }
})

/** It opens nothing any more, and who is signed in with it is signed out. */
export const removeAppPassword = directoryChange('app-password.remove', async (step: Step<{ readonly address: Address; readonly name: string }>) => {
  const { tx, args } = step
  const mailbox = await findAddress(tx, args.address, 'mailbox')
  if (mailbox.refused !== undefined) return mailbox
  const accountId = mailbox.row.account_id ?? 0
  const rows = await appPasswords(step, accountId)
  const found = rows.find((row) => same(row.name, args.name))
  if (found === undefined) {
    const names = rows.map((row) => row.name)
    return refuse({ code: 'unknown', thing: 'app-password', name: args.name, near: nearest(args.name, names) })
  }
  await tx.run('DELETE FROM credential WHERE credential_id = ?', found.credential_id)
  await revoke(step, accountId)
  const address = formatAddress(args.address)
  return { done: { address, name: found.name }, audit: { subject: address, detail: { name: found.name } } }
})

/** When a credential was last used, to the day: no more is anybody's business. Not a change of the directory: nothing that is remembered depends on it. */
export const noteCredentialUse: Change<{ readonly credentialId: number; readonly dayMs: number }, void> = {
  name: 'directory.note-credential-use',
  durable: false,
  async run(tx, { credentialId, dayMs }) {
    await tx.run('UPDATE credential SET last_used_ms = ? WHERE credential_id = ? AND (last_used_ms IS NULL OR last_used_ms < ?)', dayMs, credentialId, dayMs)
  },
}

function appPasswords({ tx }: Step<unknown>, accountId: number) {
  return tx.all<{ credential_id: number; name: string }>(
    "SELECT credential_id, name FROM credential WHERE owner = 'account' AND owner_id = ? AND kind = 'app-password'",
    accountId,
  )
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
