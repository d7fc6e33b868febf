import type { AccountId } from '../../mail/ids.ts'
import { type Address, formatAddress } from '../../mail/address.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import type { AccessProtocol } from './credentials.ts'
import { findAddress } from './find.ts'
import { revoke } from './revocation.ts'

/** Of one mailbox; past it the one that was not used for longest goes. */
const maxGrants = 50

interface NewGrant {
  readonly accountId: AccountId
  /** What its owner was signed in with when they agreed; 0: with no password of ours. */
  readonly passwordId: number
  readonly clientId: string
  /** What the program calls itself. */
  readonly program: string
  readonly scopes: readonly string[]
  readonly protocols: readonly AccessProtocol[]
}

/**
 * A program may open the mailbox by these protocols with tokens of ours: a credential of the mailbox, so that it goes as all of them do, with a new
 * password as well. Sessions that its tokens have opened stand on it.
 */
export const addGrant = directoryChange('grant.add', async (step: Step<NewGrant>) => {
  const { tx, args, atMs } = step
  const { accountId, clientId, program, scopes, protocols } = args
  const mailbox = await tx.get<{ key: string }>('SELECT key FROM address WHERE account_id = ?', accountId)
  const client = await tx.get('SELECT 1 AS one FROM oauth_client WHERE client_id = ?', clientId)
  if (mailbox === undefined || (await passwordOf(step, accountId)) !== args.passwordId) {
    return refuse({ code: 'unknown', thing: 'mailbox', name: mailbox?.key ?? String(accountId), near: undefined })
  }
  if (client === undefined) return refuse({ code: 'unknown', thing: 'oauth-client', name: program, near: undefined })
  await makeRoom(step, accountId)
  const credentialId = await step.nextId('credential')
  await tx.run(
    "INSERT INTO credential (credential_id, owner, owner_id, kind, value, created_at_ms, name, protocols) VALUES (?, 'account', ?, 'oauth-grant', ?, ?, ?, ?)",
    ...[credentialId, accountId, [clientId, ...scopes].join(' '), atMs, program, protocols.join(' ')],
  )
  await tx.run('UPDATE oauth_client SET last_used_ms = ?, network = NULL WHERE client_id = ?', atMs, clientId)
  return { done: { credentialId }, audit: { subject: mailbox.key, detail: { program, protocols } } }
})

/** Its tokens open nothing any more, and who is signed in with one is signed out. Without an address: of whichever mailbox. */
export const removeGrant = directoryChange('grant.remove', async (step: Step<{ readonly address: Address | undefined; readonly credentialId: number }>) => {
  const { tx, args } = step
  const mailbox = args.address && (await findAddress(tx, args.address, 'mailbox'))
  if (mailbox?.refused !== undefined) return mailbox
  const found = await tx.get<{ owner_id: number; name: string; key: string }>(
    `SELECT credential.owner_id, credential.name, address.key FROM credential JOIN address ON address.account_id = credential.owner_id
     WHERE credential.credential_id = ? AND credential.owner = 'account' AND credential.kind = 'oauth-grant'`,
    args.credentialId,
  )
  if (found === undefined || (mailbox !== undefined && mailbox.row.account_id !== found.owner_id)) {
    return refuse({ code: 'unknown', thing: 'grant', name: String(args.credentialId), near: undefined })
  }
  await dropGrant(step, args.credentialId)
  await revoke(step, found.owner_id)
  const address = args.address === undefined ? found.key : formatAddress(args.address)
  return { done: { address, program: found.name }, audit: { subject: found.key, detail: { program: found.name } } }
})

export async function dropGrant({ tx }: Step<unknown>, credentialId: number): Promise<void> {
  await tx.run('DELETE FROM credential WHERE credential_id = ?', credentialId)
  await tx.run('DELETE FROM oauth_token WHERE credential_id = ?', credentialId)
}

async function passwordOf({ tx }: Step<unknown>, accountId: number): Promise<number> {
  const sql = "SELECT credential_id FROM credential WHERE owner = 'account' AND owner_id = ? AND kind = 'argon2id'"
  return (await tx.get<{ credential_id: number }>(sql, accountId))?.credential_id ?? 0
}

async function makeRoom(step: Step<unknown>, accountId: number): Promise<void> {
  const rows = await step.tx.all<{ credential_id: number }>(
    `SELECT credential_id FROM credential WHERE owner = 'account' AND owner_id = ? AND kind = 'oauth-grant'
     ORDER BY COALESCE(last_used_ms, created_at_ms) DESC, credential_id DESC`,
    accountId,
  )
  const old = rows.slice(maxGrants - 1)
  for (const row of old) await dropGrant(step, row.credential_id)
  if (old.length > 0) await revoke(step, accountId)
}
