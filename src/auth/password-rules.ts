import { addressKey, type Address } from '../mail/address.ts'
import { longestPassword } from './sasl.ts'

/** Why a new password is not taken. */
export type PasswordFault =
  | { readonly code: 'too-short'; readonly least: number }
  | { readonly code: 'too-long'; readonly mostBytes: number }
  /** Cannot be typed everywhere, and NUL ends a field in SASL PLAIN. */
  | { readonly code: 'control-character' }
  /** The name, or the name with digits: what is guessed first. */
  | { readonly code: 'like-name' }
  /** "aaaaaaaa", "12121212": long, but nothing to guess. */
  | { readonly code: 'few-characters'; readonly least: number }

/** Different characters that a password needs at least. */
const leastDifferent = 4

/** Undefined: it will do. `name`: whose password it is: an address, or an operator's name. */
export function passwordFault(password: string, name: Address | string, leastLength: number): PasswordFault | undefined {
  const characters = [...password]
  if (characters.length < leastLength) return { code: 'too-short', least: leastLength }
  if (Buffer.byteLength(password) > longestPassword) return { code: 'too-long', mostBytes: longestPassword }
  // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(password) || !password.isWellFormed()) return { code: 'control-character' }
  const different = Math.min(leastDifferent, leastLength)
  if (new Set(characters).size < different) return { code: 'few-characters', least: different }
  return isLikeName(password.toLowerCase(), name) ? { code: 'like-name' } : undefined
}

function isLikeName(password: string, name: Address | string): boolean {
  const key = typeof name === 'string' ? name.toLowerCase() : addressKey(name)
  const local = key.includes('@') ? key.slice(0, key.lastIndexOf('@')) : key
  return password === key || password.replace(/[\d!?.]+$/, '') === local
}
