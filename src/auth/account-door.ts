import type { Log } from '../base/log.ts'
import type { SignInRow } from '../directory/query/sign-in.ts'
import type { Settings } from '../directory/settings.ts'
import type { Address } from '../mail/address.ts'
import type { Attempt, GuessBrakes } from '../protection/guesses.ts'
import { Brakes } from './brakes.ts'
import type { SignInAnswer, SignInFrom } from './sign-in.ts'

export interface DoorDependencies {
  readonly directory: { readonly settings: Settings; signInRow(address: Address): Promise<SignInRow | undefined> }
  readonly guesses: GuessBrakes
  readonly log: Log
  /** Processes that sign people in beside each other, this one included; default 1. */
  readonly processes?: number
}

/** What every way to sign in ends with: whose mailbox it is, the brakes, one answer, one line of the log. */
export class AccountDoor {
  readonly #deps: DoorDependencies
  readonly #brakes: Brakes

  constructor(deps: DoorDependencies) {
    this.#deps = deps
    this.#brakes = new Brakes(deps.guesses, deps.processes ?? 1)
  }

  /** Rejects with DatabaseUnavailable. */
  rowOf(address: Address): Promise<SignInRow | undefined> {
    return this.#deps.directory.signInRow(address)
  }

  /** `decide` when the attempt's time has come. It must not wait for the client. */
  judge(attempt: Attempt, decide: () => Promise<SignInAnswer>): Promise<SignInAnswer> {
    return this.#deps.directory.settings['login-throttle'] ? this.#brakes.judge(attempt, decide) : decide()
  }

  /** `right`: who is there has proved to be who owns `row`. */
  answer(row: SignInRow | undefined, right: boolean, from: SignInFrom): SignInAnswer {
    if (row === undefined || !right) {
      // What stands in the name's place may be a password: only names that exist are logged.
      this.#deps.log.info('sign-in refused', { protocol: from.protocol, ip: from.ip, accountId: row?.accountId })
      return { refused: 'credentials' }
    }
    if (row.locked) return { refused: 'locked' }
    return { signedIn: { accountId: row.accountId, address: row.address } }
  }

  /** A fault of ours, foreseen or not. */
  unavailable(from: SignInFrom, err: unknown, level: 'warn' | 'error' = 'warn'): SignInAnswer {
    this.#deps.log[level]('sign-in not possible now', { protocol: from.protocol, err })
    return { refused: 'unavailable' }
  }
}
