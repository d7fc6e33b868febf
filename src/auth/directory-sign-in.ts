import type { Clock } from '../base/clock.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import type { SecretName } from '../directory/secrets.ts'
import { type Address, addressKey, parseAddress } from '../mail/address.ts'
import { AccountDoor, type DoorDependencies } from './account-door.ts'
import { ExternalSignIn } from './external-sign-in.ts'
import { type OpenSession, OpenSessions } from './open-sessions.ts'
import { BearerSignIn } from './oauth/sign-in.ts'
import type { TokenDesk } from './oauth/verifier.ts'
import { PasswordCheck } from './password-check.ts'
import { askForPassword } from './sasl.ts'
import { bindsChannel, ScramSignIn } from './scram-sign-in.ts'
import type { SaslAnswer, SaslDialogue, SignIn, SignInAnswer, SignInFrom } from './sign-in.ts'
import { TooManyWaiting } from '../base/turns.ts'

interface SignInDependencies extends DoorDependencies {
  readonly directory: DoorDependencies['directory'] & { secret(name: SecretName): Promise<Uint8Array> }
  readonly clock: Clock
  /** For access tokens; undefined: none are taken. */
  readonly tokens?: TokenDesk | undefined
}

/** All that this version knows, the strongest first. */
const mechanisms = ['EXTERNAL', 'SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'OAUTHBEARER', 'XOAUTH2', 'PLAIN', 'LOGIN'] as const
type Mechanism = (typeof mechanisms)[number]

/** Signing in to the mailboxes of the directory. One for each process: what it remembers and its limits are shared by all protocols. */
export class DirectorySignIn implements SignIn {
  readonly #directory: SignInDependencies['directory']
  readonly #door: AccountDoor
  readonly #passwords: PasswordCheck
  readonly #scram: ScramSignIn
  readonly #external: ExternalSignIn
  readonly #bearer: BearerSignIn | undefined
  readonly #tokens: TokenDesk | undefined
  readonly #sessions: OpenSessions

  /** Resolves when what unknown names are compared with is made. */
  static async open(deps: SignInDependencies): Promise<DirectorySignIn> {
    const [passwords, saltKey] = await Promise.all([PasswordCheck.open(deps.clock), deps.directory.secret('scram-salt')])
    return new DirectorySignIn(deps, passwords, saltKey)
  }

  private constructor(deps: SignInDependencies, passwords: PasswordCheck, saltKey: Uint8Array) {
    this.#directory = deps.directory
    this.#door = new AccountDoor(deps)
    this.#passwords = passwords
    this.#scram = new ScramSignIn(this.#door, saltKey)
    this.#external = new ExternalSignIn(this.#door)
    this.#tokens = deps.tokens
    this.#bearer = deps.tokens && new BearerSignIn(this.#door, deps.tokens)
    this.#sessions = new OpenSessions(deps.directory, deps.log)
  }

  opened(session: OpenSession): void {
    this.#sessions.add(session)
  }

  closed(session: OpenSession): void {
    this.#sessions.remove(session)
  }

  /** Open sessions are not ended by it, nor any more by what is revoked. */
  close(): void {
    this.#sessions.close()
  }

  plaintextAllowed(from: SignInFrom): boolean {
    if (from.tls) return true
    switch (this.#directory.settings['plaintext-login']) {
      case 'always':
        return true
      case 'loopback':
        return from.ip === '::1' || from.ip.startsWith('127.')
      case 'never':
        return false
    }
  }

  /** SCRAM without TLS would let whoever listens guess at home, and read the mail besides: it is offered where a password may be sent, and nowhere else. */
  mechanisms(from: SignInFrom): readonly Mechanism[] {
    return this.plaintextAllowed(from) ? mechanisms.filter((mechanism) => this.#isOffered(mechanism, from)) : []
  }

  #isOffered(mechanism: Mechanism, from: SignInFrom): boolean {
    switch (mechanism) {
      case 'EXTERNAL':
        return (from.clientAddresses?.() ?? []).length > 0
      case 'SCRAM-SHA-256-PLUS':
        return this.#directory.settings['password.scram'] && bindsChannel(from)
      case 'SCRAM-SHA-256':
        return this.#directory.settings['password.scram']
      case 'OAUTHBEARER':
      case 'XOAUTH2':
        return this.#tokens?.areTaken() === true
      case 'PLAIN':
      case 'LOGIN':
        return true
    }
  }

  async withPassword(username: string, password: string, from: SignInFrom): Promise<SignInAnswer> {
    if (!this.plaintextAllowed(from)) return { refused: 'plaintext' }
    const address = parseAddress(username)
    const account = address === undefined ? username.toLowerCase() : addressKey(address)
    return await this.#door.judge({ account, ip: from.ip }, () => this.#checkPassword(address, password, from))
  }

  async #checkPassword(address: Address | undefined, password: string, from: SignInFrom): Promise<SignInAnswer> {
    try {
      const found = await this.#door.lookUp(address)
      return this.#door.answerPassword(found, await this.#passwords.match(found.row, password, from.protocol), from)
    } catch (err) {
      const expected = err instanceof DatabaseUnavailable || err instanceof TooManyWaiting
      return this.#door.unavailable(from, err, expected ? 'warn' : 'error')
    }
  }

  async withSasl(name: string, dialogue: SaslDialogue, from: SignInFrom): Promise<SaslAnswer> {
    const mechanism = mechanisms.find((known) => known === name.toUpperCase())
    if (mechanism === undefined) return { fault: 'mechanism' }
    if (!this.plaintextAllowed(from)) return { refused: 'plaintext' }
    if (!this.#isOffered(mechanism, from)) return { fault: 'mechanism' }
    switch (mechanism) {
      case 'EXTERNAL':
        return await this.#external.run(dialogue, from)
      case 'OAUTHBEARER':
      case 'XOAUTH2':
        return (await this.#bearer?.run(mechanism, dialogue, from)) ?? { fault: 'mechanism' }
      case 'SCRAM-SHA-256-PLUS':
      case 'SCRAM-SHA-256':
        return await this.#scram.run(mechanism === 'SCRAM-SHA-256-PLUS', dialogue, from)
      case 'PLAIN':
      case 'LOGIN': {
        const given = await askForPassword(mechanism, dialogue)
        return given.kind === 'given' ? await this.withPassword(given.username, given.password, from) : { fault: given.fault }
      }
    }
  }
}
