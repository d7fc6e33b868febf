import { type Address, formatAddress } from '../../mail/address.ts'
import type { Holder } from '../query/web-users.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { findAddress, findNamed } from './find.ts'
import { revoke } from './revocation.ts'

/**
 * `argon2id`: a PHC string. `scram-sha-256`: "iterations:salt:StoredKey:ServerKey" in base64 (RFC 5802, RFC 7677). `app-password`: for one
 * program, and for the protocols in its row (app-passwords.ts). `oauth-grant`: a program's client id and its scopes, with spaces between: it comes with tokens (grants.ts).
 */
export type CredentialKind = 'argon2id' | 'scram-sha-256' | 'app-password' | 'oauth-grant'

/** What a mailbox is opened by. */
export type AccessProtocol = 'imap' | 'pop3' | 'submission' | 'sieve' | 'http'

/** Made before the change: a hash takes longer than a transaction may. */
export interface NewCredential {
  readonly kind: CredentialKind
  readonly value: string
}

/** `person`: somebody who works for a customer (persons.ts). */
export type CredentialOwner = 'account' | 'operator' | 'person'

/** The mailbox's password in every form goes, the new one comes; who is signed in with the old one is signed out, by a program's tokens as well. App passwords stay. */
export const setMailboxPassword = directoryChange(
  'mailbox.password',
  async (step: Step<{ readonly address: Address; readonly credentials: readonly NewCredential[] }>) => {
    const mailbox = await findAddress(step.tx, step.args.address, 'mailbox')
    if (mailbox.refused !== undefined) return mailbox
    const accountId = mailbox.row.account_id ?? 0
    await replacePassword(step, { owner: 'account', ownerId: accountId }, step.args.credentials)
    await revoke(step, accountId)
    const address = formatAddress(step.args.address)
    return { done: { address }, audit: { subject: address, detail: { kinds: step.args.credentials.map((credential) => credential.kind) } } }
  },
)

interface NewOperator {
  readonly name: string
  /** Gets the mail to postmaster unless a setting says otherwise. */
  readonly mailbox: Address | undefined
  readonly credentials: readonly NewCredential[]
}

export const addOperator = directoryChange('operator.add', async (step: Step<NewOperator>) => {
  const { tx, args, atMs } = step
  const name = args.name.toLowerCase()
  if ((await findNamed(tx, 'operator', name)).refused === undefined) return refuse({ code: 'exists', thing: 'operator', name })
  const mailbox = args.mailbox === undefined ? undefined : await findAddress(tx, args.mailbox)
  if (mailbox?.refused !== undefined) return mailbox
  const operatorId = await step.nextId('operator')
  await tx.run(
    'INSERT INTO operator (operator_id, name, address_id, created_at_ms) VALUES (?, ?, ?, ?)',
    operatorId,
    name,
    mailbox?.row.address_id ?? null,
    atMs,
  )
  await insertCredentials(step, 'operator', operatorId, args.credentials)
  return { done: { operatorId, name }, audit: { subject: name } }
})

export const setOperatorPassword = directoryChange(
  'operator.password',
  async (step: Step<{ readonly name: string; readonly credentials: readonly NewCredential[] }>) => {
    const operator = await findNamed<{ operator_id: number; name: string }>(step.tx, 'operator', step.args.name)
    if (operator.refused !== undefined) return operator
    const { operator_id: operatorId, name } = operator.row
    await replacePassword(step, { owner: 'operator', ownerId: operatorId }, step.args.credentials)
    return { done: { name }, audit: { subject: name } }
  },
)

export const removeOperator = directoryChange('operator.remove', async (step: Step<{ readonly name: string }>) => {
  const operator = await findNamed<{ operator_id: number; name: string }>(step.tx, 'operator', step.args.name)
  if (operator.refused !== undefined) return operator
  const { operator_id: operatorId, name } = operator.row
  const all = await step.tx.all('SELECT operator_id FROM operator LIMIT 2')
  if (all.length === 1) return refuse({ code: 'last-operator', name })
  await removeCredentials(step, 'operator', operatorId)
  await step.tx.run('DELETE FROM operator WHERE operator_id = ?', operatorId)
  return { done: { name }, audit: { subject: name } }
})

/** Of whoever it is, by themselves. `passwordId`: what sessions stand on from now on. */
export const replaceOwnPassword = directoryChange(
  'password.set',
  async (step: Step<Holder & { readonly name: string; readonly credentials: readonly NewCredential[] }>) => {
    const { owner, ownerId, name, credentials } = step.args
    await replacePassword(step, { owner, ownerId }, credentials)
    if (owner === 'account') await revoke(step, ownerId)
    const row = await step.tx.get<{ credential_id: number }>(
      "SELECT credential_id FROM credential WHERE owner = ? AND owner_id = ? AND kind = 'argon2id'",
      owner,
      ownerId,
    )
    return { done: { passwordId: row?.credential_id ?? 0 }, audit: { subject: name } }
  },
)

/** In every form. What else somebody signs in with stays: app passwords, second factors. */
export async function replacePassword(step: Step<unknown>, { owner, ownerId }: Holder, credentials: readonly NewCredential[]): Promise<void> {
  await step.tx.run("DELETE FROM credential WHERE owner = ? AND owner_id = ? AND kind <> 'app-password'", owner, ownerId)
  await insertCredentials(step, owner, ownerId, credentials)
}

export async function insertCredentials(step: Step<unknown>, owner: CredentialOwner, ownerId: number, credentials: readonly NewCredential[]): Promise<void> {
  for (const { kind, value } of credentials) {
    const credentialId = await step.nextId('credential')
    await step.tx.run(
      'INSERT INTO credential (credential_id, owner, owner_id, kind, value, created_at_ms) VALUES (?, ?, ?, ?, ?, ?)',
      credentialId,
      owner,
      ownerId,
      kind,
      value,
      step.atMs,
    )
  }
}

/** All that somebody signs in with, and is signed in by. */
export async function removeCredentials(step: Step<unknown>, owner: CredentialOwner, ownerId: number): Promise<void> {
  for (const table of ['credential', 'second_factor', 'api_token', 'web_session', 'web_place', 'place_notice', 'totp_tries']) {
    await step.tx.run(`DELETE FROM ${table} WHERE owner = ? AND owner_id = ?`, owner, ownerId)
  }
}
