import { randomBytes } from 'node:crypto'
import { TooManyWaiting } from '../../base/turns.ts'
import { DatabaseUnavailable } from '../../database/database.ts'
import { type WebUser, webUsersByName } from '../../directory/query/web-users.ts'
import { addressKey, parseAddress } from '../../mail/address.ts'
import type { GuessBrakes } from '../../protection/guesses.ts'
import { Brakes } from '../brakes.ts'
import { hashPassword, verifyPassword } from '../password-hash.ts'
import { longestPassword } from '../sasl.ts'
import type { SignInRefusal } from '../sign-in.ts'
import { findApiToken } from './api-tokens.ts'
import { type WebFrom, type WebSessionDependencies, WebSessions } from './sessions.ts'

export interface WebSignInDependencies extends WebSessionDependencies {
  readonly guesses: GuessBrakes
  /** Processes that sign people in beside each other, this one included. */
  readonly processes: number
}

export interface GivenCredentials {
  /** An operator's name, a mailbox's address or an alias of it, the address of somebody who works for a customer. */
  readonly name: string
  readonly password: string
  /** For whom, where name and password are right for several customers. */
  readonly customer?: string | undefined
}

/** `customers`: name and password are right for each of these; which is meant? */
export type WebAnswer =
  | { readonly signedIn: { readonly token: string; readonly user: WebUser; readonly newPlace: boolean }; readonly customers?: never; readonly refused?: never }
  | { readonly signedIn?: never; readonly customers: readonly string[]; readonly refused?: never }
  | { readonly signedIn?: never; readonly customers?: never; readonly refused: SignInRefusal }

/** Characters of a name: longer is nobody's. */
const longestName = 320

/** Signing in to the web pages, for operators and mailboxes alike. */
export class WebSignIn {
  readonly sessions: WebSessions
  readonly #deps: WebSignInDependencies
  readonly #brakes: Brakes
  /** What an unknown name's password is compared with: no password is right for it. */
  #nobody: Promise<string> | undefined

  constructor(deps: WebSignInDependencies) {
    this.#deps = deps
    this.sessions = new WebSessions(deps)
    this.#brakes = new Brakes(deps.guesses, deps.processes)
  }

  /** May a password, or the session that it gives, cross this connection? Without TLS only on this machine, where setting plaintext-login allows that. */
  isSafe({ ip, tls }: WebFrom): boolean {
    return tls || (this.#deps.directory.settings['plaintext-login'] !== 'never' && (ip === '::1' || ip.startsWith('127.')))
  }

  /** Whose token a program has; undefined: nobody's who may come with it now. */
  findToken(text: string, ip: string): ReturnType<typeof findApiToken> {
    return findApiToken(this.#deps, text, ip)
  }

  async signIn(given: GivenCredentials, from: WebFrom): Promise<WebAnswer> {
    if (!this.isSafe(from)) return { refused: 'plaintext' }
    const name = given.name.slice(0, longestName)
    const address = parseAddress(name)
    const attempt = { account: address === undefined ? name.toLowerCase() : addressKey(address), ip: from.ip }
    const decide = () => this.#decide({ ...given, name }, from)
    return this.#deps.directory.settings['login-throttle'] ? await this.#brakes.judge(attempt, decide) : await decide()
  }

  async #decide({ name, password, customer }: GivenCredentials, from: WebFrom): Promise<WebAnswer> {
    const { directory, log } = this.#deps
    try {
      const meant = await directory.query(webUsersByName, { name })
      const proved = await this.#provedBy(meant, password)
      const wanted = customer === undefined ? proved : proved.filter((one) => one.customer?.name === customer)
      const [user, ...others] = wanted
      if (user === undefined) {
        // What stands in the name's place may be a password: only names that exist are logged.
        log.info('sign-in refused', { protocol: 'web', ip: from.ip, user: meant[0]?.name })
        return { refused: 'credentials' }
      }
      if (others.length > 0 && customer === undefined) return { customers: wanted.map((one) => one.customer?.name ?? '').sort() }
      if (user.locked) return { refused: 'locked' }
      const { token, newPlace } = await this.sessions.open(user, 'password', from)
      return { signedIn: { token, user, newPlace } }
    } catch (err) {
      const expected = err instanceof DatabaseUnavailable || err instanceof TooManyWaiting
      log[expected ? 'warn' : 'error']('sign-in not possible now', { protocol: 'web', err })
      return { refused: 'unavailable' }
    }
  }

  /** Those whose password this is. The same work for a name that does not exist and one that has no password. */
  async #provedBy(users: readonly WebUser[], password: string): Promise<readonly WebUser[]> {
    this.#nobody ??= hashPassword(randomBytes(32).toString('base64'))
    const nobody = await this.#nobody
    const given = password.length > longestPassword ? '' : password
    if (users.length === 0) await verifyPassword(nobody, given)
    const right = await Promise.all(users.map((user) => verifyPassword(user.password?.phc ?? nobody, given)))
    return users.filter((_, index) => right[index] === true)
  }
}
