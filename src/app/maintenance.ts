import { setTimeout as sleep } from 'node:timers/promises'
import type { Settings } from '../directory/settings.ts'
import { pruneAudit } from '../directory/change/audit.ts'
import { noteLength, thinLengths } from '../queue/length.ts'
import { condenseStatistics } from '../journal/statistics/statistics.ts'
import { enforceRetention, type JournalLimits } from '../journal/retention.ts'
import { compact } from '../store/compact.ts'
import type { LogRecord } from '../store/record.ts'
import type { Parts } from './open.ts'

const minuteMs = 60_000
/** Between two looks at what may go from the journal: a flood does not get far past `journal.max-size` in it. */
const retentionMs = minuteMs
/** Between two looks at what may go from the audit log. */
const auditMs = 60 * minuteMs
/** Between two steps of upkeep, so that nobody waits. */
const breathMs = 100
/** Compaction is worth a look this often. */
const compactionMs = 60 * minuteMs
/** Hours of the statistics become days long after they are over. */
const statisticsMs = 60 * minuteMs
/** Sessions may hold the place of a message that compaction has moved; POP3's the longest, until its autologout of 10 minutes. */
const sessionsMs = 15 * minuteMs

/** Upkeep that nobody waits for, in the background: retention of journal and audit log, the length of the queue by the minute, won back space. `dropped`: is told of segments that are gone. */
export function startMaintenance({ content, database, directory, store, clock, log }: Parts, dropped: (segment: number) => void): { stop(): Promise<void> } {
  const stopped = new AbortController()
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopped.signal, ref: false })

  /** Until it is time again, or an operator has set other limits, which hold at once (SPEC A9). */
  const pauseWhile = async (limits: JournalLimits) => {
    const changed = new AbortController()
    const look = () => {
      const now = limitsOf(directory.settings)
      if (now.days !== limits.days || now.maxBytes !== limits.maxBytes) changed.abort()
    }
    const unsubscribe = directory.onChange(look)
    try {
      look()
      await sleep(retentionMs, undefined, { signal: AbortSignal.any([stopped.signal, changed.signal]), ref: false })
    } catch (err) {
      if (stopped.signal.aborted) throw err
    } finally {
      unsubscribe()
    }
  }

  const keepJournal = async () => {
    for (let limits = limitsOf(directory.settings); ; ) {
      await pauseWhile(limits)
      limits = limitsOf(directory.settings)
      await attempt(() => enforceRetention(database, limits, clock.now(), stopped.signal))
    }
  }

  const keepStatistics = async () => {
    for (;;) {
      await pause(statisticsMs)
      await attempt(async () => {
        while (!stopped.signal.aborted && (await database.change(condenseStatistics, { nowMs: clock.now() }))) await pause(breathMs)
      })
    }
  }

  const noteQueue = async () => {
    for (let minute = 0; ; minute++) {
      await attempt(() => database.change(noteLength, { nowMs: clock.now() }))
      if (minute % 60 === 0) await attempt(() => database.change(thinLengths, { nowMs: clock.now() }))
      await pause(minuteMs)
    }
  }

  const winSpace = async () => {
    for (;;) {
      await pause(compactionMs)
      const append = (record: LogRecord, octets: Uint8Array) => store.record(record, octets)
      const alone = (work: () => Promise<void>) => store.alone(work)
      await attempt(() => compact({ content, database, log, append, alone, pause: () => pause(sessionsMs), dropped }))
    }
  }

  const pruneAuditLog = async () => {
    for (;;) {
      await pause(auditMs)
      const days = directory.settings['audit.days']
      if (days === 0) continue
      await attempt(async () => {
        while (await database.change(pruneAudit, { beforeMs: clock.now() - days * 24 * 60 * minuteMs })) await pause(breathMs)
      })
    }
  }

  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work()
    } catch (err) {
      if (stopped.signal.aborted) throw err
      log.error('upkeep failed', { err })
    }
  }

  const done = [keepJournal(), keepStatistics(), noteQueue(), winSpace(), pruneAuditLog()].map((work) =>
    work.catch((err: unknown) => {
      if (!stopped.signal.aborted) log.error('upkeep ended', { err })
    }),
  )
  return {
    async stop() {
      stopped.abort()
      await Promise.all(done)
    },
  }
}

function limitsOf(settings: Settings): JournalLimits {
  return { days: settings['journal.days'], maxBytes: settings['journal.max-size'] }
}
