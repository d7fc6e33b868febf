import type { Log } from '../base/log.ts'
import { compareLocations, type Content, type Location } from '../content/content.ts'
import { type Change, type Database, DatabaseUnavailable } from '../database/database.ts'
import { type AdvanceArguments, type Advanced, advanceChange, setAsideChange } from './advance.ts'
import { encodeRecord } from './pack-record.ts'
import { isWithin, type Stretch, unappliedQuery } from './unapplied.ts'

export interface StepperDependencies {
  readonly content: Content
  readonly database: Database
  readonly log: Log
}

/** How records are applied; see Care. */
type Level = 'together' | 'one' | 'bare' | 'aside'

const next = { together: 'one', one: 'bare', bare: 'aside' } as const

/** A database thread that dies so often of the same step does not die of something else. */
const deathsOfOneStep = 2

/**
 * Takes the index one step further, past whatever is in the way: a record that fails for a reason of its own must not keep everybody's mail
 * from everybody (decision 0006). First all together; then one by one, to find out which; then that one as plainly as it gets; then it is set
 * aside, which the log is told as well. Each of these is an error in the server's log.
 */
export class Stepper {
  readonly #deps: StepperDependencies
  readonly #advance: Change<AdvanceArguments, Advanced, unknown>
  readonly #setAside: Change<AdvanceArguments, Advanced, unknown>
  #level: Level = 'together'
  /** Up to here records are applied one by one. */
  #careUntil: Location | undefined
  /** Where the record begins that is applied barely, or set aside. */
  #suspect: Location | undefined
  /** Why not together, or not as always. */
  #reason = ''
  #deaths = 0

  constructor(deps: StepperDependencies) {
    this.#deps = deps
    this.#advance = advanceChange(deps.content)
    this.#setAside = setAsideChange(deps.content)
  }

  /** Rejects with DatabaseUnavailable, which is no record's fault: to be tried again later. */
  async step(args: AdvanceArguments): Promise<Advanced> {
    const advanced = await this.#advanceSomehow(args)
    await this.#tell(args, advanced)
    this.#ease(advanced.to)
    const { damage, records, aside, to } = advanced
    return damage === undefined || records > 0 || aside !== undefined ? advanced : await this.#passDamage({ ...args, from: to }, damage)
  }

  /** What was set aside, but not yet said so in the log, when the last process ended. */
  async sayAsides(): Promise<void> {
    for (const { from, until, state, inLog } of await this.#deps.database.query(unappliedQuery, {})) {
      if (!inLog && state !== 'bare') await this.#say({ from, until })
    }
  }

  async #advanceSomehow(args: AdvanceArguments): Promise<Advanced> {
    // The answer to the last step was lost, but not the step: this is another record, and nothing is known against it.
    if (this.#isSuspected() && !isSame(args.from, this.#suspect)) this.#level = 'one'
    for (;;) {
      try {
        return await this.#attempt(args)
      } catch (err) {
        if (!this.#isItsOwnFault(err)) throw err
        this.#takeMoreCare(args, err)
      }
    }
  }

  #isSuspected(): boolean {
    return this.#level === 'bare' || this.#level === 'aside'
  }

  #attempt(args: AdvanceArguments): Promise<Advanced> {
    const { database } = this.#deps
    switch (this.#level) {
      case 'together':
        return database.change(this.#advance, args)
      case 'one':
        return database.change(this.#advance, { ...args, care: { mode: 'one' } })
      case 'bare':
        return database.change(this.#advance, { ...args, care: { mode: 'bare', reason: this.#reason } })
      case 'aside':
        return database.change(this.#setAside, { ...args, care: { mode: 'aside', reason: this.#reason } })
    }
  }

  async #tell(args: AdvanceArguments, { aside }: Advanced): Promise<void> {
    const { log } = this.#deps
    if (this.#level === 'bare') log.error('a record was applied without structure and journal', { at: args.from, reason: this.#reason })
    if (this.#level !== 'aside' || aside === undefined) return
    log.error('a record was set aside, since it cannot be applied; "posthorn rebuild" tries it again', { ...aside, reason: this.#reason })
    if (args.rebuild === undefined) await this.#say(aside)
  }

  /** Everything but a database that cannot do it now, whatever it is asked. */
  #isItsOwnFault(err: unknown): boolean {
    if (!(err instanceof DatabaseUnavailable)) return this.#level !== 'aside'
    return err.died && ++this.#deaths >= deathsOfOneStep && this.#level !== 'aside'
  }

  #takeMoreCare(args: AdvanceArguments, err: unknown): void {
    if (this.#level === 'aside') return
    if (this.#level === 'together') {
      this.#deps.log.error('the index cannot follow the log; its records are now tried one by one', { from: args.from, err })
      this.#careUntil = args.to
    }
    this.#reason = err instanceof Error ? `${err.name}: ${err.message}` : String(err)
    this.#level = next[this.#level]
    this.#suspect = args.from
    this.#deaths = 0
  }

  #ease(reached: Location): void {
    this.#deaths = 0
    if (this.#careUntil === undefined) return
    const done = compareLocations(reached, this.#careUntil) >= 0
    this.#level = done ? 'together' : 'one'
    if (done) this.#careUntil = undefined
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

function isSame(a: Location | undefined, b: Location | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && compareLocations(a, b) === 0)
}
