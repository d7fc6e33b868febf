import { createHash, timingSafeEqual } from 'node:crypto'
import type { SignInCredential, SignInRow } from '../directory/query/sign-in.ts'
import type { SignInFrom } from './sign-in.ts'

/** The dashes are for reading (generate-password.ts), and phones like to begin with a capital letter. */
function secretOf(password: string): string {
  return password.replace(/[\s-]/g, '').toLowerCase()
}

/** What is kept of an app password. It has 99 random bits, which nobody finds by trying, however cheap a try is: so no argon2, and verifying costs a microsecond. */
export function appPasswordValue(password: string): string {
  return createHash('sha256').update(secretOf(password)).digest('base64')
}

/** The app password that this is, where it may be used by this protocol. */
export function matchAppPassword(row: SignInRow | undefined, password: string, protocol: SignInFrom['protocol']): SignInCredential | undefined {
  const given = Buffer.from(appPasswordValue(password))
  return row?.credentials.find(({ kind, value, protocols }) => {
    const kept = Buffer.from(value)
    return kind === 'app-password' && kept.length === given.length && timingSafeEqual(kept, given) && protocols?.includes(protocol) === true
  })
}
