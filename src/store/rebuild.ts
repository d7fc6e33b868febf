import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { compareLocations, type Content, type Location } from '../content/content.ts'
import { type Change, type Database, DatabaseUnavailable } from '../database/database.ts'
import type { AdvanceArguments, Advanced } from './advance.ts'
import { loadBaselineChange } from './baseline.ts'
import { decodeRecord, encodeRecord } from './pack-record.ts'
import { loadQueueBaselineChange } from './queue-baseline.ts'
import { type History, outstanding, readHistory } from './history.ts'
import { positionQuery } from './position.ts'
import { beginRebuildChange, endRebuildChange, rebuildStateQuery, replayBeginsChange } from './rebuild-state.ts'
import { Stepper } from './step.ts'
import { forgetUnapplied, scanPastDamage } from './unapplied.ts'

/** At one step, while the database cannot do it: some 15 s in all. */
const attempts = 30
const attemptPauseMs = 500

/** Nothing of it is left to be done: whoever asked for it was told that it failed. */
const forgetChange: Change<{ readonly from: Location }, void> = {
  name: 'store.forget-unapplied',
  durable: false,
  run: (tx, { from }) => forgetUnapplied(tx, from),
}

export const rebuildCatalogue = [forgetChange, beginRebuildChange, replayBeginsChange, endRebuildChange, rebuildStateQuery] as const

export interface Rebuilt {
  /** Records that were applied. */
  readonly records: number
  /** Accounts whose older history came from a baseline. */
  readonly baselines: number
  /** Records that had been set aside and could be applied now. */
  readonly retried: number
  /** Parts of the log that cannot be read any more. Where there is one, mailboxes have new UIDVALIDITYs, and what was expunged after it may be back. */
  readonly lostParts: number
}

export interface RebuildDependencies {
  readonly content: Content
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Called now and then with the number of records applied. */
  readonly onProgress?: (records: number) => void
}

/**
 * Makes the whole index anew from the log: the same UIDs, flags and modSeqs, and nothing that was deleted comes back. Only
 * \Recent starts afresh. What had been set aside (step.ts) is tried again at the end. One that was ended goes on where it was. The caller sees to it that nobody uses the store meanwhile.
 */
export async function rebuild(deps: RebuildDependencies): Promise<Rebuilt> {
  const { content, database } = deps
  const history = await readHistory(content)
  const under = await database.query(rebuildStateQuery, {})
  if (under?.phase !== 'replay') await begin(deps, history)
  const replay = new Replay(deps, history, await database.query(positionQuery, {}))
  await replay.to(content.end())
  const retried = await replay.retry()
  const lostParts = (await database.query(rebuildStateQuery, {}))?.lostParts ?? 0
  await database.change(endRebuildChange, { nowMs: deps.clock.now() })
  return { records: replay.records, baselines: history.baselines?.accounts.size ?? 0, retried, lostParts }
}

/** Goes on with a rebuild that was ended, if there is one: before that the index is not to be used. */
export async function finishRebuild(deps: RebuildDependencies): Promise<void> {
  if ((await deps.database.query(rebuildStateQuery, {})) === undefined) return
  deps.log.warn('a rebuild was interrupted, and goes on')
  const { records, lostParts } = await rebuild(deps)
  deps.log.info('the rebuild is complete', { records, lostParts })
}

async function begin({ content, database }: RebuildDependencies, { baselines }: History): Promise<void> {
  await database.change(beginRebuildChange, {})
  const load = loadBaselineChange(content)
  for (const { location, octetsLength } of baselines?.accounts.values() ?? []) await database.change(load, { location, octetsLength })
  const loadQueue = loadQueueBaselineChange(content)
  for (const { location, octetsLength } of baselines?.queue ?? []) await database.change(loadQueue, { location, octetsLength })
  await database.change(replayBeginsChange, {})
}

class Replay {
  readonly #deps: RebuildDependencies
  readonly #history: History
  readonly #stepper: Stepper
  #from: Location | undefined
  records = 0

  constructor(deps: RebuildDependencies, history: History, from: Location | undefined) {
    this.#deps = deps
    this.#history = history
    this.#stepper = new Stepper(deps)
    this.#from = from
  }

  async to(end: Location): Promise<void> {
    const { baselines, asides } = this.#history
    const skip = asides.map(({ stretch }) => stretch)
    const journal = (await this.#deps.database.query(rebuildStateQuery, {}))?.journal ?? false
    while (this.#from === undefined || compareLocations(this.#from, end) < 0) {
      await this.#step({ from: this.#from, to: end, wanted: [], journal, rebuild: { skip, baselineAsOf: baselines?.done.asOf } })
    }
  }

  /** What was set aside happens now, as a record of its own, so that it happens again here in the next rebuild. Resolves to how many records. */
  async retry(): Promise<number> {
    const { content } = this.#deps
    let done = 0
    for (const { from, until } of outstanding(this.#history)) {
      let open = false
      for await (const { location, header } of scanPastDamage(content, { from, to: until })) {
        if (this.#history.retried.some((of) => compareLocations(of, location) === 0) || !isWorthRetry(header)) continue
        open = true
        await content.append({ header: encodeRecord({ kind: 'retry', of: location }), octets: [] })
        const end = content.end()
        while (this.#from === undefined || compareLocations(this.#from, end) < 0) {
          const { aside, records } = await this.#step({ from: this.#from, to: end, wanted: [], journal: true })
          if (aside === undefined) done += records
        }
      }
      if (!open) await this.#deps.database.change(forgetChange, { from })
    }
    return done
  }

  /** A database thread that died is soon back; somebody else may have to restart another server. */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable) || error.full || attempt >= attempts) throw error
        await new Promise((resolve) => setTimeout(resolve, attemptPauseMs))
      }
    }
  }

  async #step(args: AdvanceArguments): Promise<Advanced> {
    const stepped = await this.#patiently(() => this.#stepper.step(args))
    this.#from = stepped.to
    this.records += stepped.records
    this.#deps.onProgress?.(this.records)
    return stepped
  }
}

/** Mail is; commands on UIDs that were given since are not. */
function isWorthRetry(header: Uint8Array): boolean {
  try {
    const { kind } = decodeRecord(header)
    return (
      kind === 'mail' || kind === 'append' || kind === 'append-all' || kind === 'sent' || kind === 'create' || kind === 'subscribe' || kind === 'remove-account'
    )
  } catch {
    return false
  }
}
