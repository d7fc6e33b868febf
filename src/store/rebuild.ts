import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { compareLocations, type Content, type Location } from '../content/content.ts'
import type { Change, Database, Query } from '../database/database.ts'
import type { AdvanceArguments, Advanced } from './advance.ts'
import { loadBaselineChange } from './baseline.ts'
import { decodeRecord, encodeRecord } from './record.ts'
import { type History, outstanding, readHistory } from './history.ts'
import { Stepper } from './step.ts'
import { forgetUnapplied, isWithin, scanPastDamage } from './unapplied.ts'

/** All rows that the log can give again. */
const resetChange: Change<Record<never, never>, void> = {
  name: 'store.reset',
  durable: true,
  async run(tx) {
    for (const table of ['message', 'email', 'change', 'subscription', 'mailbox', 'account_state', 'segment_usage', 'log_position', 'unapplied'])
      await tx.run(`DELETE FROM ${table}`)
  },
}

const hasJournalQuery: Query<Record<never, never>, boolean> = {
  name: 'store.has-journal',
  async run(reader) {
    return (await reader.get('SELECT 1 AS one FROM journal LIMIT 1')) !== undefined
  },
}

/** More than one mailbox gets in the time that a part of the log stands for. */
const jump = 1_000_000

/**
 * Something of the log is lost, nobody knows what. UIDs and mailboxes that were named after it are not the ones that would be given now, so
 * none of those is given: a later EXPUNGE finds nothing rather than somebody else's message.
 */
const jumpChange: Change<Record<never, never>, void> = {
  name: 'store.jump',
  durable: false,
  async run(tx) {
    await tx.run('UPDATE mailbox SET uid_next = uid_next + ? WHERE uid_next < ?', jump, 2 ** 32 - 2 * jump)
    await tx.run('UPDATE account_state SET next_mailbox_id = next_mailbox_id + ?', jump)
  },
}

/** Clients are told to forget what they know (RFC 9051 2.3.1.1). */
const newValiditiesChange: Change<{ readonly nowMs: number }, void> = {
  name: 'store.new-validities',
  durable: true,
  async run(tx, { nowMs }) {
    const seconds = Math.floor(nowMs / 1000)
    await tx.run('UPDATE account_state SET last_uid_validity = CASE WHEN last_uid_validity >= ? THEN last_uid_validity + 1 ELSE ? END', seconds, seconds)
    await tx.run('UPDATE mailbox SET uid_validity = (SELECT last_uid_validity FROM account_state a WHERE a.account_id = mailbox.account_id)')
  },
}

/** Nothing of it is left to be done: whoever asked for it was told that it failed. */
const forgetChange: Change<{ readonly from: Location }, void> = {
  name: 'store.forget-unapplied',
  durable: false,
  run: (tx, { from }) => forgetUnapplied(tx, from),
}

export const rebuildCatalogue = [forgetChange, resetChange, hasJournalQuery, jumpChange, newValiditiesChange] as const

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
 * \Recent starts afresh. What had been set aside (step.ts) is tried again at the end. The caller sees to it that nobody uses the store meanwhile.
 */
export async function rebuild(deps: RebuildDependencies): Promise<Rebuilt> {
  const { content, database } = deps
  const history = await readHistory(content)
  const journal = !(await database.query(hasJournalQuery, {}))
  await database.change(resetChange, {})
  const load = loadBaselineChange(content)
  for (const stored of history.baselines?.accounts.values() ?? []) {
    await database.change(load, { location: stored.location, octetsLength: stored.octetsLength })
  }
  const replay = new Replay(deps, history, journal)
  await replay.to(content.end())
  const retried = await replay.retry()
  if (replay.lostParts > 0) await database.change(newValiditiesChange, { nowMs: deps.clock.now() })
  return { records: replay.records, baselines: history.baselines?.accounts.size ?? 0, retried, lostParts: replay.lostParts }
}

class Replay {
  readonly #deps: RebuildDependencies
  readonly #history: History
  readonly #journal: boolean
  readonly #stepper: Stepper
  #from: Location | undefined
  records = 0
  lostParts = 0

  constructor(deps: RebuildDependencies, history: History, journal: boolean) {
    this.#deps = deps
    this.#history = history
    this.#journal = journal
    this.#stepper = new Stepper(deps)
  }

  async to(end: Location): Promise<void> {
    const { baselines, asides } = this.#history
    const skip = asides.map(({ stretch }) => stretch)
    while (this.#from === undefined || compareLocations(this.#from, end) < 0) {
      const args = { from: this.#from, to: end, wanted: [], journal: this.#journal, skip }
      const stepped = await this.#step(baselines === undefined ? args : { ...args, baselineAsOf: baselines.done.asOf })
      const { aside } = stepped
      const needed = baselines === undefined || (aside !== undefined && compareLocations(aside.from, baselines.done.asOf) >= 0)
      if (stepped.damage !== undefined && aside !== undefined && needed && !isWithin(aside.from, skip)) {
        this.lostParts++
        await this.#deps.database.change(jumpChange, {})
      }
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

  async #step(args: AdvanceArguments): Promise<Advanced> {
    const stepped = await this.#stepper.step(args)
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
    return kind === 'mail' || kind === 'append' || kind === 'create' || kind === 'subscribe' || kind === 'remove-account'
  } catch {
    return false
  }
}
