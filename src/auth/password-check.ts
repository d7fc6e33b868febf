import { randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { SignInCredential, SignInRow } from '../directory/query/sign-in.ts'
import { matchAppPassword } from './app-password.ts'
import { hashPassword, preparePassword, verifyPassword } from './password-hash.ts'
import { longestPassword } from './sasl.ts'
import type { SignInFrom } from './sign-in.ts'
import { Verified } from './verified.ts'

/** Is this the mailbox's password, or one of its app passwords? One for each process: what it remembers and its limits are shared by all protocols. */
export class PasswordCheck {
  readonly #verified: Verified
  /** Hashes under way: clients open several connections at once with the same password. */
  readonly #underWay = new Map<string, Promise<boolean>>()
  /** What an unknown name's password is compared with: no password is right for it. */
  readonly #nobody: string

  /** Resolves when the hash for unknown names is made. */
  static async open(clock: Clock): Promise<PasswordCheck> {
    return new PasswordCheck(clock, await hashPassword(randomBytes(32).toString('base64')))
  }

  private constructor(clock: Clock, nobody: string) {
    this.#nobody = nobody
    this.#verified = new Verified(clock)
  }

  /** Whose secret was given. The same work for a name that does not exist and one that has no password. Rejects with TooManyWaiting. */
  async match(row: SignInRow | undefined, given: string, protocol: SignInFrom['protocol']): Promise<SignInCredential | undefined> {
    // To compose a long text takes time by its square, and anybody can send one. None so long is right, nor is an empty one.
    const password = given.length > longestPassword ? '' : given
    const appPassword = matchAppPassword(row, password, protocol)
    if (appPassword !== undefined) return appPassword
    const credential = row?.credentials.find(({ kind }) => kind === 'argon2id')
    const phc = credential?.value ?? this.#nobody
    const token = this.#verified.tokenOf(`${credential?.credentialId ?? 0} ${phc}`, preparePassword(password))
    if (this.#verified.has(token)) return credential
    const right = await this.#verify(token, phc, password)
    if (right) this.#verified.add(token)
    return right ? credential : undefined
  }

  #verify(token: string, phc: string, password: string): Promise<boolean> {
    const known = this.#underWay.get(token)
    if (known !== undefined) return known
    const verifying = verifyPassword(phc, password).finally(() => this.#underWay.delete(token))
    this.#underWay.set(token, verifying)
    return verifying
  }
}
