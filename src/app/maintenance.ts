import { setTimeout as sleep } from 'node:timers/promises'
import { enforceRetention } from '../journal/retention.ts'
import { compact } from '../store/compact.ts'
import type { Parts } from './open.ts'

const minuteMs = 60_000
/** Between two looks at what may go. */
const roundMs = 10 * minuteMs
/** Compaction is worth a look this often. */
const compactionRounds = 6
/** Sessions may hold the place of a message that compaction has moved; POP3's the longest, until its autologout of 10 minutes. */
const sessionsMs = 15 * minuteMs

/** Upkeep that nobody waits for: the journal's retention, won back space. One thing at a time, in the background. */
export function startMaintenance({ content, database, directory, store, clock, log }: Parts): { stop(): Promise<void> } {
  const stopped = new AbortController()
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopped.signal, ref: false })
  const work = async () => {
    for (let round = 1; ; round++) {
      await pause(roundMs)
      try {
        const { settings } = directory
        await enforceRetention(database, { days: settings['journal.days'], maxBytes: settings['journal.max-size'] }, clock.now(), stopped.signal)
        if (round % compactionRounds === 0) {
          await compact({ content, database, log, append: (record, octets) => store.record(record, octets), pause: () => pause(sessionsMs) })
        }
      } catch (err) {
        if (stopped.signal.aborted) return
        log.error('upkeep failed', { err })
      }
    }
  }
  const done = work().catch((err: unknown) => {
    if (!stopped.signal.aborted) log.error('upkeep ended', { err })
  })
  return {
    async stop() {
      stopped.abort()
      await done
    },
  }
}
