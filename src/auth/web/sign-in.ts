import { randomBytes } from 'node:crypto'
import { TooManyWaiting } from '../../base/turns.ts'
import { DatabaseUnavailable } from '../../database/database.ts'
import type { FirstFactor, SignInMethod } from '../../directory/query/web-sessions.ts'
import { type WebUser, webUserNamed, webUsersByName } from '../../directory/query/web-users.ts'
import { addressKey, parseAddress } from '../../mail/address.ts'
import type { Attempt, GuessBrakes } from '../../protection/guesses.ts'
import { Brakes } from '../brakes.ts'
import type { ProviderAnswer, ProviderRefusal, ProviderSignIn } from '../oidc/sign-in.ts'
import { hashPassword, verifyPassword } from '../password-hash.ts'
import { longestPassword } from '../sasl.ts'
import type { SignInRefusal } from '../sign-in.ts'
import type { UsedResponse } from './passkey/passkey.ts'
import { mustHaveSecondFactor } from './second-factor-due.ts'
import { type GivenSecond, type PasskeyRequest, rpIdOf, type SecondFactors, type SecondWanted } from './second-factors.ts'
import { findApiToken } from './api-tokens.ts'
import { type WebFrom, type WebSessionDependencies, WebSessions } from './sessions.ts'

export interface WebSignInDependencies extends WebSessionDependencies {
  readonly guesses: GuessBrakes
  readonly secondFactors: SecondFactors
  readonly providers: ProviderSignIn
  /** Processes that sign people in beside each other, this one included. */
  readonly processes: number
}

export interface GivenCredentials {
  /** An operator's name, a mailbox's address or an alias of it, the address of somebody who works for a customer. */
  readonly name: string
  readonly password: string
  /** For whom, where name and password are right for several customers. */
  readonly customer?: string | undefined
  readonly second?: GivenSecond | undefined
}

/** Somebody comes by the identity provider of their customer. `kept`: what their browser has kept since it was sent there. */
export type GivenByProvider = { readonly kept: string | undefined } & (
  | { readonly answer: ProviderAnswer; readonly second?: never }
  /** They were let in there, and a second factor of ours was asked for. */
  | { readonly answer?: never; readonly second: GivenSecond }
)

/**
 * `second`: the second factor that was shown is wrong. `provider`: the password is right, but the customer wants people to sign in by its provider. `provider-…`: that did
 * not work. The others as for mail programs.
 */
export type WebRefusal = Exclude<SignInRefusal, 'app-password'> | 'second' | 'provider' | `provider-${ProviderRefusal}`

/**
 * `customers`: name and password are right for each of these; which is meant? `second`: the password was right, or the provider has let them in, and there is a
 * second factor to show. `kept`: what the browser is to keep until then.
 */
export type WebAnswer =
  | { readonly kind: 'signed-in'; readonly signedIn: { readonly token: string; readonly session: string; readonly user: WebUser; readonly unready: boolean } }
  | { readonly kind: 'which'; readonly customers: readonly string[]; readonly refused?: never }
  | { readonly kind: 'second'; readonly second: SecondWanted; readonly kept?: string; readonly refused?: never }
  | { readonly kind: 'refused'; readonly refused: WebRefusal }

/** Characters of a name: longer is nobody's. */
const longestName = 320

/** Signing in to the web pages, for operators and mailboxes alike. */
export class WebSignIn {
  readonly sessions: WebSessions
  /** Ways in by the identity providers of customers. */
  readonly providers: ProviderSignIn
  readonly #deps: WebSignInDependencies
  readonly #brakes: Brakes
  /** What an unknown name's password is compared with: no password is right for it. */
  #nobody: Promise<string> | undefined

  constructor(deps: WebSignInDependencies) {
    this.#deps = deps
    this.sessions = new WebSessions(deps)
    this.providers = deps.providers
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

  /** They must add a second factor before anything else; not who came by a provider that sees to that. */
  isUnready(user: WebUser, vouched: boolean): boolean {
    return !vouched && user.secondFactors.length === 0 && mustHaveSecondFactor(this.#deps.directory.settings, user)
  }

  /** What a browser is asked for, where a passkey is to be enough. */
  passkeyAlone({ origin }: WebFrom): Promise<PasskeyRequest> {
    return this.#deps.secondFactors.passkeyAlone(rpIdOf(origin))
  }

  async signIn(given: GivenCredentials, from: WebFrom): Promise<WebAnswer> {
    if (!this.isSafe(from)) return { kind: 'refused', refused: 'plaintext' }
    const name = given.name.slice(0, longestName)
    const address = parseAddress(name)
    const attempt = { account: address === undefined ? name.toLowerCase() : addressKey(address), ip: from.ip }
    const decide = () => this.#decide({ ...given, name }, from)
    return this.#judged(attempt, decide)
  }

  async #judged(attempt: Attempt, decide: () => Promise<WebAnswer>): Promise<WebAnswer> {
    if (!this.#deps.directory.settings['login-throttle']) return decide()
    const answer = await this.#brakes.judge(attempt, decide)
    return 'kind' in answer ? answer : { kind: 'refused', refused: answer.refused }
  }

  async #decide({ name, password, customer, second }: GivenCredentials, from: WebFrom): Promise<WebAnswer> {
    const { directory, log } = this.#deps
    try {
      const meant = await directory.query(webUsersByName, { name })
      const proved = await this.#provedBy(meant, password)
      const wanted = customer === undefined ? proved : proved.filter((one) => one.customer?.name === customer)
      const [user, ...others] = wanted
      if (user === undefined) {
        // What stands in the name's place may be a password: only names that exist are logged.
        log.info('sign-in refused', { protocol: 'web', ip: from.ip, user: meant[0]?.name })
        return { kind: 'refused', refused: 'credentials' }
      }
      if (others.length > 0 && customer === undefined) return { kind: 'which', customers: wanted.map((one) => one.customer?.name ?? '').sort() }
      if (user.locked) return { kind: 'refused', refused: 'locked' }
      if (await this.#deps.providers.mustGo(user)) return { kind: 'refused', refused: 'provider' }
      if (user.secondFactors.length === 0) return await this.#enter(user, 'password', from)
      return second === undefined ? await this.#askSecond(user, from) : await this.#enterBySecond(user, 'password', second, from)
    } catch (err) {
      return this.#unavailable(err)
    }
  }

  /** Whoever has a passkey that knows who uses it needs no password: they have the thing, and its PIN or finger. */
  async signInByPasskey(response: UsedResponse, from: WebFrom): Promise<WebAnswer> {
    if (!this.isSafe(from)) return { kind: 'refused', refused: 'plaintext' }
    // Without a name, each passkey is tried by itself: only the place that it comes from counts.
    const attempt = { account: `passkey ${response.id.slice(0, longestName)}`, ip: from.ip }
    const decide = async (): Promise<WebAnswer> => {
      try {
        const { directory, secondFactors } = this.#deps
        const holder = await secondFactors.checkAlone(response, from.origin)
        const user = holder && (await directory.query(webUserNamed, { kind: 'holder', ...holder }))
        if (user === undefined) return { kind: 'refused', refused: 'credentials' }
        if (user.locked) return { kind: 'refused', refused: 'locked' }
        return (await this.#deps.providers.mustGo(user)) ? { kind: 'refused', refused: 'provider' } : await this.#enter(user, 'passkey', from)
      } catch (err) {
        return this.#unavailable(err)
      }
    }
    return this.#judged(attempt, decide)
  }

  /** By the word of the identity provider of their customer. */
  async signInByProvider(given: GivenByProvider, from: WebFrom): Promise<WebAnswer> {
    if (!this.isSafe(from)) return { kind: 'refused', refused: 'plaintext' }
    try {
      return given.answer === undefined ? await this.#proveAgain(given, from) : await this.#decideByProvider(given.answer, given.kept, from)
    } catch (err) {
      return this.#unavailable(err)
    }
  }

  async #decideByProvider(answer: ProviderAnswer, kept: string | undefined, from: WebFrom): Promise<WebAnswer> {
    const { providers } = this.#deps
    const { user, vouches, refused } = { vouches: false, ...(await providers.finish(answer, kept)) }
    if (user === undefined) return { kind: 'refused', refused: `provider-${refused}` }
    if (user.locked) return { kind: 'refused', refused: 'locked' }
    if (vouches || user.secondFactors.length === 0) return this.#enter(user, 'provider', from, vouches)
    return { ...(await this.#askSecond(user, from)), kept: await providers.keepProved(user) }
  }

  async #proveAgain({ kept, second }: { readonly kept: string | undefined; readonly second: GivenSecond }, from: WebFrom): Promise<WebAnswer> {
    const user = await this.#deps.providers.proved(kept)
    if (user === undefined) return { kind: 'refused', refused: 'provider-expired' }
    if (user.locked) return { kind: 'refused', refused: 'locked' }
    return this.#judged({ account: user.name, ip: from.ip }, () => this.#enterBySecond(user, 'provider', second, from))
  }

  async #askSecond(user: WebUser, { origin }: WebFrom): Promise<WebAnswer & { readonly kind: 'second' }> {
    return { kind: 'second', second: await this.#deps.secondFactors.wanted(user, rpIdOf(origin)) }
  }

  async #enterBySecond(user: WebUser, first: FirstFactor, second: GivenSecond, from: WebFrom): Promise<WebAnswer> {
    const kind = await this.#deps.secondFactors.check(user, second, from.origin)
    if (kind === 'throttled') return { kind: 'refused', refused: 'throttled' }
    if (kind !== undefined) return this.#enter(user, `${first}+${kind}`, from)
    this.#deps.log.info('second factor refused', { protocol: 'web', ip: from.ip, user: user.name })
    return { kind: 'refused', refused: 'second' }
  }

  async #enter(user: WebUser, method: SignInMethod, from: WebFrom, vouches = false): Promise<WebAnswer> {
    const { token, sessionId } = await this.sessions.open(user, method, from)
    return { kind: 'signed-in', signedIn: { token, session: sessionId, user, unready: this.isUnready(user, vouches) } }
  }

  #unavailable(err: unknown): WebAnswer {
    const expected = err instanceof DatabaseUnavailable || err instanceof TooManyWaiting
    this.#deps.log[expected ? 'warn' : 'error']('sign-in not possible now', { protocol: 'web', err })
    return { kind: 'refused', refused: 'unavailable' }
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
