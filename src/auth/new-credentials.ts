import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { NewCredential } from '../directory/change/credentials.ts'
import { hashPassword, preparePassword } from './password-hash.ts'

const derive = promisify(pbkdf2)

/** RFC 7677 4 asks for 4,096 at least; the client pays them at every sign-in, on a phone too. */
export const scramIterations = 10_000
const keyLength = 32

/** What is kept of a new password. `scram`: setting password.scram. */
export async function newCredentials(password: string, options: { readonly scram: boolean }): Promise<readonly NewCredential[]> {
  const argon: NewCredential = { kind: 'argon2id', value: await hashPassword(password) }
  return options.scram ? [argon, { kind: 'scram-sha-256', value: await scramKeys(password, randomBytes(16)) }] : [argon]
}

/** StoredKey and ServerKey (RFC 5802 3) as "iterations:salt:stored:server", base64. */
export async function scramKeys(password: string, salt: Uint8Array, iterations = scramIterations): Promise<string> {
  const salted = await derive(preparePassword(password), salt, iterations, keyLength, 'sha256')
  const clientKey = createHmac('sha256', salted).update('Client Key').digest()
  const storedKey = createHash('sha256').update(clientKey).digest()
  const serverKey = createHmac('sha256', salted).update('Server Key').digest()
  return [String(iterations), ...[salt, storedKey, serverKey].map((octets) => Buffer.from(octets).toString('base64'))].join(':')
}
