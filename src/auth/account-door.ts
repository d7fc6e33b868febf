import type { Log } from '../base/log.ts'
import type { SignInCredential, SignInRow } from '../directory/query/sign-in.ts'
import type { Settings } from '../directory/settings.ts'
import type { Address } from '../mail/address.ts'
import type { Attempt, GuessBrakes } from '../protection/guesses.ts'
import { Brakes } from './brakes.ts'
import type { RevocationSource } from './open-sessions.ts'
import type { SignInAnswer, SignInFrom } from './sign-in.ts'

export interface DoorDependencies {
  readonly directory: RevocationSource & {
    readonly settings: Settings
    signInRow(address: Address): Promise<SignInRow | undefined>
    credentialUsed(credentialId: number): Promise<void>
  }
  readonly guesses: GuessBrakes
  readonly log: Log
  /** Processes that sign people in beside each other, this one included; default 1. */
  readonly processes?: number
}

/** A mailbox as it was found. */
export interface LookedUp {
  readonly row: SignInRow | undefined
  /** Of the directory. */
  readonly version: number
}

/** What every way to sign in ends with: whose mailbox it is, the brakes, one answer, one line of the log. */
export class AccountDoor {
  readonly #deps: DoorDependencies
  readonly #brakes: Brakes

  constructor(deps: DoorDependencies) {
    this.#deps = deps
    this.#brakes = new Brakes(deps.guesses, deps.processes ?? 1)
  }

  /** Who owns this address, as the directory has it at this version or later. Rejects with DatabaseUnavailable. */
  async lookUp(address: Address | undefined): Promise<LookedUp> {
    const { directory } = this.#deps
    const { version } = directory
    return { row: address === undefined ? undefined : await directory.signInRow(address), version }
  }

  /** `decide` when the attempt's time has come. It must not wait for the client. */
  judge(attempt: Attempt, decide: () => Promise<SignInAnswer>): Promise<SignInAnswer> {
    return this.#deps.directory.settings['login-throttle'] ? this.#brakes.judge(attempt, decide) : decide()
  }

  /** As `answer`, where the mailbox's own password was proved: without the second factor it is not enough. */
  answerPassword(found: LookedUp, proved: SignInCredential | undefined, from: SignInFrom): SignInAnswer {
    const answer = this.answer(found, proved, from)
    if (answer.signedIn === undefined || proved?.kind === 'app-password' || found.row?.hasSecondFactor !== true) return answer
    this.#deps.log.info('sign-in refused: app password needed', { protocol: from.protocol, ip: from.ip, accountId: found.row.accountId })
    return { refused: 'app-password' }
  }

  /** `proved`: the credential of this row that who is there has proved to have; undefined: none. */
  answer({ row, version }: LookedUp, proved: SignInCredential | undefined, from: SignInFrom): SignInAnswer {
    if (row === undefined || proved === undefined) {
      // What stands in the name's place may be a password: only names that exist are logged.
      this.#deps.log.info('sign-in refused', { protocol: from.protocol, ip: from.ip, accountId: row?.accountId })
      return { refused: 'credentials' }
    }
    if (row.locked) return { refused: 'locked' }
    if (proved.kind === 'app-password' || proved.kind === 'oauth-grant') this.#used(proved.credentialId)
    return { signedIn: { accountId: row.accountId, address: row.address, standing: { credentialId: proved.credentialId, version } } }
  }

  /** Nobody waits for it. */
  #used(credentialId: number): void {
    this.#deps.directory.credentialUsed(credentialId).catch((err: unknown) => this.#deps.log.warn('use of an app password not noted', { err }))
  }

  /** A fault of ours, foreseen or not. */
  unavailable(from: SignInFrom, err: unknown, level: 'warn' | 'error' = 'warn'): SignInAnswer {
    this.#deps.log[level]('sign-in not possible now', { protocol: from.protocol, err })
    return { refused: 'unavailable' }
  }
}
