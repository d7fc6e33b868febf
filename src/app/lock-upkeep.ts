import { setTimeout as sleep } from 'node:timers/promises'
import type { OperationContext } from '../api/context.ts'

/** A lock ends at most so long after its time. */
const upkeepMs = 15_000

/** Ends locks whose time is over, in the first process. */
export function startLockUpkeep(context: OperationContext): { stop(): Promise<void> } {
  const stopped = new AbortController()
  const { signal } = stopped
  const run = async () => {
    for (;;) {
      await sleep(upkeepMs, undefined, { signal, ref: false })
      try {
        const { endLocks } = await import('../api/operations/locks.ts')
        while (await endLocks(context)) signal.throwIfAborted()
      } catch (err) {
        if (!signal.aborted) context.log.error('locks not ended', { err })
      }
    }
  }
  const done = run().catch(() => {
    // Stopped.
  })
  return {
    async stop() {
      stopped.abort()
      await done
    },
  }
}
