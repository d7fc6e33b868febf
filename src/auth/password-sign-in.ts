import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import type { SignInRow } from '../directory/query/sign-in.ts'
import type { Settings } from '../directory/settings.ts'
import { type Address, addressKey, parseAddress } from '../mail/address.ts'
import type { GuessBrakes } from '../protection/guesses.ts'
import { hashPassword, preparePassword, verifyPassword } from './password-hash.ts'
import { longestPassword } from './sasl.ts'
import type { SignedIn, SignIn, SignInFrom, SignInRefusal } from './sign-in.ts'
import { TooManyWaiting, Turns } from './turns.ts'
import { Verified } from './verified.ts'

interface SignInDependencies {
  readonly directory: { readonly settings: Settings; signInRow(address: Address): Promise<SignInRow | undefined> }
  readonly guesses: GuessBrakes
  readonly clock: Clock
  readonly log: Log
  /** Processes that sign people in beside each other, this one included; default 1. */
  readonly processes?: number
}

/** Attempts of one host that are decided at the same time, in all processes together; fewer than Guesses takes for guessing in parallel. */
const hostAtOnce = 16
const hostMaxWaiting = 1000

type Answer = { readonly signedIn: SignedIn } | { readonly signedIn?: never; readonly refused: SignInRefusal }

/** Passwords against the directory. One for each process: what it remembers and its limits are shared by all protocols. */
export class PasswordSignIn implements SignIn {
  readonly #deps: SignInDependencies
  readonly #verified: Verified
  /** Of hosts with attempts under way. */
  readonly #hosts = new Map<string, Turns>()
  /** Hashes under way: clients open several connections at once with the same password. */
  readonly #underWay = new Map<string, Promise<boolean>>()
  /** What an unknown name's password is compared with: no password is right for it. */
  readonly #nobody: string

  /** Resolves when the hash for unknown names is made. */
  static async open(deps: SignInDependencies): Promise<PasswordSignIn> {
    return new PasswordSignIn(deps, await hashPassword(randomBytes(32).toString('base64')))
  }

  private constructor(deps: SignInDependencies, nobody: string) {
    this.#deps = deps
    this.#nobody = nobody
    this.#verified = new Verified(deps.clock)
  }

  plaintextAllowed(from: SignInFrom): boolean {
    if (from.tls) return true
    switch (this.#deps.directory.settings['plaintext-login']) {
      case 'always':
        return true
      case 'loopback':
        return from.ip === '::1' || from.ip.startsWith('127.')
      case 'never':
        return false
    }
  }

  async withPassword(username: string, password: string, from: SignInFrom): Promise<Answer> {
    if (!this.plaintextAllowed(from)) return { refused: 'plaintext' }
    const address = parseAddress(username)
    const account = address === undefined ? username.toLowerCase() : addressKey(address)
    const attempt = { account, ip: from.ip }
    if (!this.#deps.directory.settings['login-throttle']) return this.#answer(address, password, from)
    const judged = async () => {
      const answer = await this.#answer(address, password, from)
      if (answer.signedIn !== undefined || answer.refused === 'locked') this.#deps.guesses.succeeded(attempt)
      else if (answer.refused === 'credentials') this.#deps.guesses.failed(attempt)
      else this.#deps.guesses.unanswered(attempt)
      return answer
    }
    try {
      const first = await this.#inTurn(from.ip, async () => {
        const delayMs = await this.#deps.guesses.delayMs(attempt)
        return delayMs === 0 ? await judged() : delayMs
      })
      if (first === 'throttled') return { refused: 'throttled' }
      if (typeof first !== 'number') return first
      // Who has to wait does so outside the turn: a phone with an old password must not hold up its office.
      await sleep(first, undefined, { ref: false })
      return await judged()
    } catch (err) {
      if (err instanceof TooManyWaiting) return { refused: 'throttled' }
      throw err
    }
  }

  /** A few attempts of one host at a time: an office that comes back all at once is let in, one after another, and not taken for guessing. */
  async #inTurn<Result>(ip: string, work: () => Promise<Result>): Promise<Result> {
    const turns = this.#hosts.get(ip) ?? new Turns(Math.max(1, Math.floor(hostAtOnce / (this.#deps.processes ?? 1))), hostMaxWaiting)
    this.#hosts.set(ip, turns)
    try {
      return await turns.run(work)
    } finally {
      if (turns.idle) this.#hosts.delete(ip)
    }
  }

  async #answer(address: Address | undefined, password: string, from: SignInFrom): Promise<Answer> {
    const { directory, log } = this.#deps
    try {
      const row = address === undefined ? undefined : await directory.signInRow(address)
      const right = await this.#isRight(row, password)
      if (row === undefined || !right) {
        // What stands in the name's place may be a password: only names that exist are logged.
        log.info('sign-in refused', { protocol: from.protocol, ip: from.ip, accountId: row?.accountId })
        return { refused: 'credentials' }
      }
      if (row.locked) return { refused: 'locked' }
      return { signedIn: { accountId: row.accountId, address: row.address } }
    } catch (err) {
      const expected = err instanceof DatabaseUnavailable || err instanceof TooManyWaiting
      log[expected ? 'warn' : 'error']('sign-in not possible now', { protocol: from.protocol, err })
      return { refused: 'unavailable' }
    }
  }

  /** The same work for a name that does not exist and one that has no password. */
  async #isRight(row: SignInRow | undefined, given: string): Promise<boolean> {
    // To compose a long text takes time by its square, and anybody can send one. None so long is right, nor is an empty one.
    const password = given.length > longestPassword ? '' : given
    const credential = row?.credentials.find(({ kind }) => kind === 'argon2id')
    const phc = credential?.value ?? this.#nobody
    const token = this.#verified.tokenOf(`${credential?.credentialId ?? 0} ${phc}`, preparePassword(password))
    if (this.#verified.has(token)) return true
    const right = await this.#verify(token, phc, password)
    if (right) this.#verified.add(token)
    return right && credential !== undefined
  }

  #verify(token: string, phc: string, password: string): Promise<boolean> {
    const known = this.#underWay.get(token)
    if (known !== undefined) return known
    const verifying = verifyPassword(phc, password).finally(() => this.#underWay.delete(token))
    this.#underWay.set(token, verifying)
    return verifying
  }
}
