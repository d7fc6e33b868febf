import type { Log } from '../base/log.ts'
import { compareLocations, type Content, type Location } from '../content/content.ts'
import { type Change, type Database, DatabaseUnavailable } from '../database/database.ts'
import { type AdvanceArguments, type Advanced, advanceChange, setAsideChange } from './advance.ts'
import { encodeRecord } from './record.ts'
import { isWithin, type Stretch, unappliedQuery } from './unapplied.ts'

export interface StepperDependencies {
  readonly content: Content
  readonly database: Database
  readonly log: Log
}

/**
 * Takes the index one step further, past whatever is in the way: a record that fails for a reason of its own must not keep everybody's mail
 * from everybody (decision 0006). First all together; then one by one, to find out which; then that one as plainly as it gets; then it is set
 * aside, which the log is told as well. Each of these is an error in the server's log.
 */
export class Stepper {
  readonly #deps: StepperDependencies
  readonly #advance: Change<AdvanceArguments, Advanced, unknown>
  readonly #setAside: Change<AdvanceArguments, Advanced, unknown>
  /** Up to here records are applied one by one. */
  #careUntil: Location | undefined

  constructor(deps: StepperDependencies) {
    this.#deps = deps
    this.#advance = advanceChange(deps.content) as Change<AdvanceArguments, Advanced, unknown>
    this.#setAside = setAsideChange(deps.content) as Change<AdvanceArguments, Advanced, unknown>
  }

  /** Rejects with DatabaseUnavailable, which is nobody's fault: to be tried again later. */
  async step(args: AdvanceArguments): Promise<Advanced> {
    const { from } = args
    if (this.#careUntil !== undefined && from !== undefined && compareLocations(from, this.#careUntil) >= 0) this.#careUntil = undefined
    let advanced: Advanced
    try {
      advanced = await this.#deps.database.change(this.#advance, this.#careUntil === undefined ? args : { ...args, care: { mode: 'one' } })
    } catch (err) {
      if (err instanceof DatabaseUnavailable) throw err
      if (this.#careUntil !== undefined) return this.#stepOver(args, err)
      this.#deps.log.error('the index cannot follow the log; its records are now tried one by one', { from, err })
      this.#careUntil = args.to
      return this.step(args)
    }
    const { damage } = advanced
    if (damage === undefined || advanced.records > 0) return advanced
    return this.#passDamage({ ...args, from: advanced.to }, damage)
  }

  /** What was set aside, but not yet said so in the log, when the last process ended. */
  async sayAsides(): Promise<void> {
    for (const { from, until, state, inLog } of await this.#deps.database.query(unappliedQuery, {})) {
      if (!inLog && state !== 'bare') await this.#say({ from, until })
    }
  }

  async #stepOver(args: AdvanceArguments, err: unknown): Promise<Advanced> {
    const { database, log } = this.#deps
    const reason = err instanceof Error ? `${err.name}: ${err.message}` : String(err)
    try {
      const advanced = await database.change(this.#advance, { ...args, care: { mode: 'bare', reason } })
      log.error('a record was applied without structure and journal', { at: args.from, reason })
      return advanced
    } catch (again) {
      if (again instanceof DatabaseUnavailable) throw again
    }
    const advanced = await database.change(this.#setAside, { ...args, care: { mode: 'aside', reason } })
    const { aside } = advanced
    if (aside === undefined) return advanced
    log.error('a record was set aside, since it cannot be applied; "posthorn rebuild" tries it again', { ...aside, reason })
    if (args.rebuild === undefined) await this.#say(aside)
    return advanced
  }

  async #passDamage(args: AdvanceArguments, damage: Stretch & { readonly reason: string }): Promise<Advanced> {
    const { from, until, reason } = damage
    // A rebuild meets again what was passed over before.
    const known = isWithin(from, args.rebuild?.skip ?? [])
    const advanced = await this.#deps.database.change(this.#setAside, { ...args, care: { mode: 'aside', reason } })
    if (!known) {
      this.#deps.log.error('a part of the log cannot be read, and is passed over', { from, until, reason })
      if (args.rebuild === undefined) await this.#say({ from, until })
    }
    return advanced
  }

  /** Records behind it name UIDs that were given without it: whoever makes the index anew must leave it out, too. */
  async #say({ from, until }: Stretch): Promise<void> {
    try {
      await this.#deps.content.append({ header: encodeRecord({ kind: 'aside', from, until }), octets: [] })
    } catch (err) {
      // Said at the next start, then.
      this.#deps.log.error('what was set aside could not be noted in the log', { from, until, err })
    }
  }
}
