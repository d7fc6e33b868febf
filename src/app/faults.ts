import type { Log } from '../base/log.ts'

/**
 * A promise that nobody caught is one connection's fault, and the others go on. An exception that nobody caught may have left
 * anything half done: the process ends, and what was acknowledged is in the log. Returns how to stop watching.
 */
export function watchFaults(log: Log, flush: () => Promise<void>): () => void {
  const rejected = (err: unknown) => log.error('a fault of ours was not caught', { err })
  const end = async () => {
    await flush()
    process.exit(1)
  }
  const thrown = (err: unknown) => {
    log.error('a fault of ours ends the process', { err })
    void end()
  }
  process.on('unhandledRejection', rejected)
  process.on('uncaughtException', thrown)
  return () => {
    process.removeListener('unhandledRejection', rejected)
    process.removeListener('uncaughtException', thrown)
  }
}
