import { type Address, addressKey } from '../mail/address.ts'
import { longestPassword } from './sasl.ts'
import { type EstimateStrength, longestLooked, type Strength, type Weakness } from './strength/strength.ts'

/** What new passwords must be: settings password.min-length and password.min-score. */
export interface PasswordRules {
  readonly leastLength: number
  /** A `Score`; 0: what is easy to guess is taken, too. */
  readonly leastScore: number
}

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
  /** Known from somewhere else. */
  | { readonly code: 'leaked' }
  /** `weaknesses`: what makes it so; none: there is nothing in it but too little of it. */
  | { readonly code: 'weak'; readonly weaknesses: readonly Weakness[] }

/** What tells of a password what it does not tell itself. */
export interface PasswordSources {
  readonly estimateStrength: EstimateStrength
  /** Undefined: there is nothing to compare with. */
  isLeaked(password: string): Promise<boolean | undefined>
}

export interface PasswordJudgement {
  /** Undefined: it will do. */
  readonly fault: PasswordFault | undefined
  /** Undefined: nobody had to ask, or there was nobody to be asked. */
  readonly strength: Strength | undefined
  /** Likewise. */
  readonly leaked: boolean | undefined
}

/** Different characters that a password needs at least. */
const leastDifferent = 4

/** Whether a new password is taken, wherever one is set. `name`: whose it is: an address, or an operator's name. */
export async function judgePassword(
  password: string,
  name: Address | string,
  rules: PasswordRules,
  { estimateStrength, isLeaked }: PasswordSources,
): Promise<PasswordJudgement> {
  const fault = formFault(password, name, rules.leastLength)
  if (fault !== undefined) return { fault, strength: undefined, leaked: undefined }
  const [leaked, strength] = await Promise.all([
    isLeaked(password),
    rules.leastScore === 0 ? undefined : estimateStrength(password.slice(0, longestLooked), partsOf(name)),
  ])
  return { fault: leaked === true ? { code: 'leaked' } : weakFault(strength, rules.leastScore), strength, leaked }
}

function weakFault(strength: Strength | undefined, leastScore: number): PasswordFault | undefined {
  if (strength === undefined) return undefined
  // Whoever tries passwords of one mailbox begins with its name.
  const least = strength.weaknesses.includes('own-name') ? Math.min(4, leastScore + 1) : leastScore
  return strength.score < least ? { code: 'weak', weaknesses: strength.weaknesses } : undefined
}

/** What can be seen without asking anybody. */
function formFault(password: string, name: Address | string, leastLength: number): PasswordFault | undefined {
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
  const key = keyOf(name)
  const local = key.includes('@') ? key.slice(0, key.lastIndexOf('@')) : key
  return password === key || password.replace(/[\d!?.]+$/, '') === local
}

/** "ann.smith@a.example": itself and "ann", "smith", "a", "example". Single letters say nothing. */
function partsOf(name: Address | string): readonly string[] {
  const key = keyOf(name)
  if (key === '') return []
  return [key, ...key.split('@'), ...key.split(/[^\p{L}\p{N}]+/u).filter((part) => part.length > 2)]
}

function keyOf(name: Address | string): string {
  return typeof name === 'string' ? name.toLowerCase() : addressKey(name)
}
