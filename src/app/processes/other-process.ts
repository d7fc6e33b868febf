/** Entry of the processes beside the first, which starts them (others.ts). */
import { logLevelOf, openLog } from '../log.ts'
import { watchFaults } from '../faults.ts'
import { serveBeside } from './other.ts'
import type { Message } from './link.ts'

if (process.send === undefined) throw new Error('other-process is started by the first process, not by itself')
const number = Number(process.argv[2])
const { log, flush } = openLog(logLevelOf(process.env['POSTHORN_LOG']) ?? 'info', { process: number })
watchFaults(log, flush)

// The first process says when it is time; a terminal and systemd send these to all.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})

/** Messages that the first process has not taken. */
const maxUntaken = 10_000
let untaken = 0

const other = serveBeside({
  log,
  send(messages) {
    if (!process.connected) return
    // It has stopped reading: without it nothing goes on here, and memory would only fill.
    if (++untaken > maxUntaken) process.exit(1)
    process.send?.(messages, undefined, undefined, () => untaken--)
  },
})
process.on('disconnect', () => {
  // The first process is gone: what it had acknowledged is in its log, and nothing can be done here without it.
  if (!other.drained) process.exit(1)
  void flush().finally(() => process.exit(0))
})
process.on('message', (messages) => other.receive(messages as readonly Message[]))
try {
  await other.serving
} catch (err) {
  log.error('a process could not start', { err })
  await flush()
  process.exit(1)
}
